import type { Found } from './measure-small.js';
import type { NetworkName, PriorName, Protocol } from './networks.js';

export type Published = {
  readonly error: number;
  readonly architecture: string;
  readonly pruned: number;
  readonly bits: number;
};

/** Louizos, Ullrich & Welling 2017, table 1; error percent. */
export const PUBLISHED: Readonly<Record<NetworkName, Readonly<Record<PriorName, Published>>>> = {
  'lenet-300-100': {
    'group-normal-jeffreys': { error: 1.8, architecture: '278-98-13', pruned: 9, bits: 58 },
    'group-horseshoe': { error: 1.8, architecture: '311-86-14', pruned: 9, bits: 59 },
  },
  'lenet-5-caffe': {
    'group-normal-jeffreys': { error: 1, architecture: '8-13-88-13', pruned: 108, bits: 361 },
    'group-horseshoe': { error: 1, architecture: '5-10-76-16', pruned: 156, bits: 419 },
  },
};

/** One network under one prior. */
export type CompressionRun = {
  readonly network: NetworkName;
  readonly prior: PriorName | 'point';
  readonly protocol: Protocol;
  /** Processor seconds of training. */
  readonly trainingSeconds: number;
  readonly errorOfBase?: number;
  readonly found?: Found;
  readonly published?: Published;
  /** Thousands of bits, epoch by epoch: error and complexity. */
  readonly descriptionLength?: readonly (readonly [number, number])[];
};
