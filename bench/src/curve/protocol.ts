import { limitsInWords } from '@dubio/active-learning';
import { completeSpec, type ModelSpec, type PresetName } from '@dubio/bayes-core';
import type { Dataset } from '../data/dataset.js';
import {
  countOption,
  listOption,
  numberOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';

/** Everything that decides a learning curve; a stopped run goes on only under the same protocol. */
export type Protocol = {
  readonly rules: readonly string[];
  readonly seeds: readonly number[];
  /** Items labelled in one turn, and those that BatchBALD picks jointly. */
  readonly batch: number;
  readonly jointly: number;
  readonly samples: number;
  readonly labels: number;
  /** A run ends once its test accuracy is this high; 1 runs to the last label. */
  readonly stopAt: number;
  readonly poolSize: number;
  readonly validationSize: number;
  readonly testSize: number;
  readonly initialPerClass: number;
  /**
   * Rows of the whole set that every seed begins with, in place of `initialPerClass` drawn by seed.
   */
  readonly initialItems?: readonly number[];
  /** Copies of every pool item, each with noise of its own; only where there is more than one. */
  readonly repeated?: { readonly copies: number; readonly noise: number };
  /** Of the queue that a round would publish; a turn labels its first items. */
  readonly queueSize: number;
  /** Caps of the loop under which the items were chosen. */
  readonly limits: string;
  /** Null is the rule's own. */
  readonly beta: number | null;
  readonly spec: ModelSpec;
};

const PRESETS: Readonly<Record<string, PresetName>> = {
  'batchbald-conv': 'batchbald-conv',
  'gal-conv': 'gal-conv',
  'mlp-512': 'mlp-512',
  'small-mlp': 'small-mlp',
};

export const NET_NAMES = Object.keys(PRESETS);

export function protocolOf(options: Options, pool: Dataset, test: Dataset): Protocol {
  const net = requireOption(options, 'net');
  const validationSize = Math.min(
    countOption(options, 'validation'),
    Math.floor(pool.features.rows / 5),
  );
  return {
    rules: listOption(options, 'acquisition'),
    seeds: seedsOf(options),
    batch: countOption(options, 'batch'),
    jointly: countOption(options, 'batch'),
    samples: countOption(options, 'samples'),
    labels: countOption(options, 'labels'),
    stopAt: numberOption(options, 'stop-at'),
    poolSize: Math.min(countOption(options, 'pool-size'), pool.features.rows - validationSize),
    validationSize,
    testSize: Math.min(countOption(options, 'test-size'), test.features.rows),
    initialPerClass: countOption(options, 'initial'),
    ...(options['initial-items'] === undefined
      ? {}
      : { initialItems: initialItems(options, pool.features.rows) }),
    ...(countOption(options, 'copies') === 1
      ? {}
      : {
          repeated: {
            copies: countOption(options, 'copies'),
            noise: numberOption(options, 'copy-noise'),
          },
        }),
    queueSize: countOption(options, 'queue-size'),
    limits: limitsInWords(),
    beta: numberOption(options, 'beta'),
    spec: completeSpec({
      network: { preset: PRESETS[net] ?? (net as PresetName) },
      input: { shape: pool.features.shape },
      output: { kind: 'class', classes: pool.classes },
      posterior: { kind: 'mc-dropout' },
      optimiser: { weightDecay: numberOption(options, 'weight-decay') },
      batchSize: 64,
      maxEpochs: countOption(options, 'epochs'),
      patience: countOption(options, 'patience'),
      stopOn: 'accuracy',
      drawsPerEpoch: countOption(options, 'draws'),
    }),
  };
}

function initialItems(options: Options, rows: number): number[] {
  const items = listOption(options, 'initial-items').map(Number);
  const known = items.every((item) => Number.isInteger(item) && item >= 0 && item < rows);
  if (items.length === 0 || !known || new Set(items).size !== items.length)
    throw new UsageError(
      `--initial-items takes different whole numbers from 0 to ${rows - 1}, got "${options['initial-items']}".`,
    );
  return items;
}

/** `--seeds 3` is 0, 1, 2; `--seeds 4,7` is 4 and 7. */
function seedsOf(options: Options): number[] {
  const text = requireOption(options, 'seeds');
  if (text.includes(',')) return listOption(options, 'seeds').map(Number);
  return Array.from({ length: countOption(options, 'seeds') }, (_, seed) => seed);
}
