import type { PosteriorEntry } from './posterior-entry.js';

export const CONCRETE_DROPOUT = {
  label: 'Dropout with learned rates',
  short: 'dropout with learned rates',
  when: 'Where nobody knows a good dropout rate: each layer learns its own.',
  fields: {
    initialRate: {
      type: 'number',
      label: 'Dropout rate at first',
      above: 0,
      below: 1,
      default: 0.1,
    },
    lengthScale: {
      type: 'number',
      label: 'Length scale',
      about: 'Of the prior of the weights: the larger, the more they are pulled towards zero.',
      above: 0,
      max: 1000,
      default: 0.01,
    },
  },
  can: {
    epistemic: true,
    unlimitedSamples: true,
    fits: 'everything',
    compresses: false,
    onePass: true,
    partitions: false,
    streams: false,
    priorInLoss: true,
  },
} as const satisfies PosteriorEntry;
