import {
  createOnnxEngine,
  defaultDamping,
  type Engine,
  type PartialModelSpec,
} from '@dubio/bayes-core';
import { readTable } from '../data/csv.js';
import { type Dataset, readImages, splitTest, standardise, takeRows } from '../data/dataset.js';
import {
  type Bench,
  countOption,
  listOption,
  numberOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { PartitionedBenchState, type RunKey } from './partitioned-state.js';
import { partitionedRows, partitionedTable } from './partitioned-table.js';
import { fitPooled, runRound } from './run-partitioned.js';
import { SPLITS, type Split, splitPartitions } from './split-partitions.js';

/**
 * Does a posterior that is learned in K places come to what all rows in one place teach, and what
 * does it cost?
 */
export const partitionedBench: Bench = {
  name: 'partitioned',
  summary: 'partitioned variational inference against pooled training: error, time, bytes',
  options: {
    'train-images': { hint: 'IDX images to train on, gzip-compressed or not' },
    'train-labels': { hint: 'their labels' },
    'test-images': { hint: 'IDX images to test on' },
    'test-labels': { hint: 'their labels' },
    table: { hint: 'in place of images: a table of numbers with a header line' },
    'label-column': { hint: 'of the table, by name', default: 'label' },
    'test-fraction': { hint: 'of the table that is tested on', default: '0.25' },
    rows: { hint: 'training rows', default: '10000' },
    units: { hint: 'of the one hidden layer', default: '100' },
    partitions: { hint: 'K, by comma', default: '1,2,4,8' },
    splits: { hint: 'how classes are dealt to partitions, by comma', default: SPLITS.join(',') },
    damping: {
      hint: 'share of each change that is taken, by comma: a number, "1/K", or the default of the numerics',
      default: 'default',
    },
    rounds: { hint: 'of the server', default: '20' },
    epochs: {
      hint: 'of each partition in each round; pooled training has rounds x epochs',
      default: '5',
    },
    batch: { hint: 'rows per step', default: '128' },
    'learning-rate': { hint: 'of Adam', default: '0.001' },
    prior: { hint: 'deviation of a weight before any row', default: '1' },
    'kl-scale': { hint: 'factor on the KL divergence', default: '1' },
    samples: { hint: 'posterior samples when tested', default: '20' },
    seeds: { hint: 'networks', default: '3' },
    threads: { hint: 'native threads', default: '1' },
  },
  async run({ options, out, log }) {
    const data = readData(options);
    const engine = createOnnxEngine({ threads: countOption(options, 'threads') });
    const [rounds, seeds] = [countOption(options, 'rounds'), countOption(options, 'seeds')];
    const state = new PartitionedBenchState(out, protocolOf(options, data.train));
    const samples = countOption(options, 'samples');
    for (let seed = state.pooled.length; seed < seeds; seed++) {
      const spec = specOf(options, data.train, rounds * countOption(options, 'epochs'));
      const result = await fitPooled(engine, spec, data, { seed, samples });
      state.addPooled({ seed, ...result });
      log(`pooled, seed ${seed}: error ${percent(result.error)}, ${result.seconds.toFixed(1)} s`);
    }
    for (const key of keysOf(options)) await finishRun(key, { engine, options, data, state, log });
    const rows = partitionedRows(state.pooled, state.runs);
    const table = partitionedTable(state.pooled, rows);
    log(table);
    const { pooled, runs } = state;
    return {
      trainRows: data.train.features.rows,
      testRows: data.test.features.rows,
      pooled,
      runs,
      rows,
      table,
    };
  },
};

type Parts = {
  readonly engine: Engine;
  readonly options: Options;
  readonly data: { readonly train: Dataset; readonly test: Dataset };
  readonly state: PartitionedBenchState;
  readonly log: (line: string) => void;
};

async function finishRun(key: RunKey, { engine, options, data, state, log }: Parts): Promise<void> {
  const run = {
    engine,
    spec: specOf(options, data.train, countOption(options, 'epochs')),
    partitions: splitPartitions(data.train, key.partitions, key.split as Split),
    test: data.test,
    seed: key.seed,
    samples: countOption(options, 'samples'),
    damping: key.damping,
  };
  const rounds = countOption(options, 'rounds');
  if ((state.find(key)?.points.length ?? 0) >= rounds) return;
  for (;;) {
    const { state: after, point } = await runRound(run, state.stateOf(key));
    state.addRound(key, point, after);
    if (point.round < rounds) continue;
    log(
      `${key.split}, K = ${key.partitions}, damping ${key.damping.toFixed(3)}, seed ${key.seed}: error ${percent(point.error)}, NLL ${point.nllNats.toFixed(3)}`,
    );
    return;
  }
}

function keysOf(options: Options): RunKey[] {
  return listOption(options, 'splits').flatMap((split) => {
    if (!SPLITS.some((known) => known === split))
      throw new UsageError(`--splits knows ${SPLITS.join(', ')}, got "${split}".`);
    return listOption(options, 'partitions').flatMap((text) => {
      const partitions = countOption({ partitions: text }, 'partitions');
      // One partition holds everything, however rows are dealt.
      if (partitions === 1 && split !== SPLITS[0]) return [];
      return listOption(options, 'damping').flatMap((power) => {
        const damping = dampingOf(power, partitions);
        return Array.from(
          { length: countOption(options, 'seeds') },
          (_, seed): RunKey => ({
            split,
            partitions,
            damping,
            seed,
          }),
        );
      });
    });
  });
}

function dampingOf(text: string, partitions: number): number {
  if (text === 'default') return defaultDamping(partitions);
  const share = /^(.+)\/K$/.exec(text)?.[1];
  const damping = numberOption({ damping: share ?? text }, 'damping') / (share ? partitions : 1);
  return Math.min(1, damping);
}

function readData(options: Options): { train: Dataset; test: Dataset } {
  const most = countOption(options, 'rows');
  if (options.table) {
    const table = readTable(options.table, requireOption(options, 'label-column'));
    const { pool, test } = splitTest(table, numberOption(options, 'test-fraction'));
    return { train: firstRows(pool, most), test };
  }
  const read = (name: string) =>
    readImages(requireOption(options, `${name}-images`), requireOption(options, `${name}-labels`));
  const digits = read('train');
  return {
    train: firstRows(standardise(digits), most),
    test: standardise(read('test'), digits),
  };
}

const firstRows = (dataset: Dataset, most: number): Dataset =>
  takeRows(
    dataset,
    Array.from({ length: Math.min(most, dataset.features.rows) }, (_, i) => i),
  );

function specOf(
  options: Options,
  { features, classes }: Dataset,
  epochs: number,
): PartialModelSpec {
  return {
    network: {
      layers: [{ kind: 'dense', units: countOption(options, 'units') }, { kind: 'relu' }],
    },
    input: { shape: features.shape },
    output: { kind: 'class', classes },
    posterior: {
      kind: 'mean-field',
      prior: { kind: 'gaussian', deviation: numberOption(options, 'prior') },
      klScale: numberOption(options, 'kl-scale'),
    },
    optimiser: { kind: 'adam', learningRate: numberOption(options, 'learning-rate') },
    batchSize: countOption(options, 'batch'),
    maxEpochs: epochs,
  };
}

/** More partitions, splits, dampings or seeds may be asked for later; the rest must stay. */
function protocolOf(options: Options, train: Dataset): unknown {
  const open = new Set(['partitions', 'splits', 'damping', 'seeds', 'threads']);
  const kept = Object.entries(options).filter(
    ([name]) => !open.has(name) && !/images|labels|table/.test(name),
  );
  return { ...Object.fromEntries(kept), trained: train.features.rows, shape: train.features.shape };
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
