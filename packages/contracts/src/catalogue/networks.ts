import type { Entry, KindOf } from './fields.js';

type NetworkEntry = Entry & {
  /** In a line about a model; of dense layers their sizes stand before it. */
  readonly short: string;
  /** Convolutions: for pictures only. */
  readonly picturesOnly?: true;
};

/** Architectures by name; the papers' nets keep their published sizes. */
export const NETWORKS = {
  mlp: {
    label: 'Dense layers, own sizes',
    short: 'network',
    when: 'To begin with, whatever the items are.',
    fields: {
      hidden: {
        type: 'sizes',
        label: 'Hidden layers',
        hint: 'Units of each layer, with commas between',
        min: 1,
        max: 4096,
        fewest: 1,
        most: 6,
        default: [128, 128],
      },
      activation: {
        type: 'choice',
        label: 'Activation',
        options: { relu: 'ReLU', tanh: 'tanh' },
        default: 'relu',
      },
    },
  },
  'mlp-512': {
    label: 'Dense, 512-512',
    short: '512-512 network',
    when: 'For some thousand labels, and to compare with published figures.',
    fields: {},
  },
  'uci-50': {
    label: 'Dense, 50 units',
    short: '50-unit network',
    when: 'For small tables of numbers, and to compare with the UCI benchmarks.',
    fields: {},
  },
  'batchbald-conv': {
    label: "Convolutions, BatchBALD's",
    short: "BatchBALD's convolutional network",
    when: 'For pictures, and to compare with the curves of BatchBALD.',
    fields: {},
    picturesOnly: true,
  },
  'gal-conv': {
    label: "Convolutions, Gal's",
    short: "Gal's convolutional network",
    when: 'For pictures, and to compare with the curves of Gal, Islam and Ghahramani.',
    fields: {},
    picturesOnly: true,
  },
} as const satisfies Readonly<Record<string, NetworkEntry>>;

export type NetworkPreset = keyof typeof NETWORKS;
export type Network = KindOf<'preset', typeof NETWORKS>;
export const networkEntry = (preset: NetworkPreset): NetworkEntry => NETWORKS[preset];
