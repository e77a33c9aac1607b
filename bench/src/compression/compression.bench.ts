import { createOnnxEngine } from '@dubio/bayes-core';
import { type Dataset, readImages, takeRows } from '../data/dataset.js';
import {
  type Bench,
  countOption,
  listOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { writeJson } from '../framework/files.js';
import { type CompressionRun, PUBLISHED } from './compression-run.js';
import { compressionTable } from './compression-table.js';
import { errorOf, type Found, measureCompressed } from './measure-small.js';
import {
  NETWORKS,
  type NetworkName,
  PRIORS,
  type PriorName,
  type Protocol,
  specOf,
} from './networks.js';
import { trainOrLoad } from './train-or-load.js';

/** How small and how quick networks become when groups that are noise are left out. */
export const compressionBench: Bench = {
  name: 'compression',
  summary: 'pruned and quantised sizes, error and speed of compressed networks',
  options: {
    'train-images': { hint: 'IDX images to train on, gzip-compressed or not' },
    'train-labels': { hint: 'their labels' },
    'test-images': { hint: 'IDX images to test on' },
    'test-labels': { hint: 'their labels' },
    networks: { hint: 'by comma', default: Object.keys(NETWORKS).join(',') },
    priors: { hint: "by comma; 'point' is the network without", default: PRIORS.join(',') },
    epochs: { hint: 'of each network, by comma', default: '50,42' },
    'warm-up': { hint: 'epochs in which the prior comes in, likewise', default: '10,5' },
    'learning-rate': { hint: 'likewise', default: '0.001,0.002' },
    'first-variance': {
      hint: 'most that the variance of a weight of the first layer may be, likewise; 0 for no limit',
      default: '0.04,0',
    },
    rows: { hint: 'training rows at most', default: '60000' },
    turns: { hint: 'of timing', default: '9' },
    runs: {
      hint: 'folder of trained networks, to go on from',
      default: 'bench/results/compression',
    },
    threads: { hint: 'native threads', default: '1' },
  },
  async run({ options, out, log }) {
    const train = firstRows(readSet(options, 'train'), countOption(options, 'rows'));
    const test = readSet(options, 'test');
    const engine = createOnnxEngine({ threads: countOption(options, 'threads') });
    const folder = requireOption(options, 'runs');
    const runs: CompressionRun[] = [];
    for (const [i, network] of listOption(options, 'networks').map(networkOf).entries()) {
      const protocol = protocolOf(options, i);
      for (const prior of listOption(options, 'priors').map(priorOf)) {
        const name = `${network}.${prior}`;
        const spec = specOf(network, prior, protocol);
        const { posterior, seconds } = await trainOrLoad({
          engine,
          spec,
          train,
          seed: 0,
          folder,
          name,
          log,
        });
        const common = { network, prior, protocol, trainingSeconds: seconds };
        if (prior === 'point') {
          runs.push({ ...common, errorOfBase: await errorOf(engine, posterior, test) });
          continue;
        }
        const found = await measureCompressed(
          engine,
          posterior,
          test,
          countOption(options, 'turns'),
        );
        runs.push({
          ...common,
          found,
          published: PUBLISHED[network][prior],
          descriptionLength: posterior.history.map(({ descriptionLength: bits }) =>
            [bits!.errorBits, bits!.complexityBits].map((n) => Math.round(n / 100) / 10),
          ) as [number, number][],
        });
        log(`${name}: ${sentence(found)}`);
        writeJson(`${out}.part`, { runs });
      }
    }
    const table = compressionTable(runs);
    log(table);
    return { runs, table };
  },
};

function readSet(options: Options, set: 'train' | 'test'): Dataset {
  const data = readImages(
    requireOption(options, `${set}-images`),
    requireOption(options, `${set}-labels`),
  );
  // From -1 to 1, as the authors have them.
  return { ...data, features: { ...data.features, scale: 2 / 255, offset: -1 } };
}

function firstRows(data: Dataset, rows: number): Dataset {
  if (rows >= data.features.rows) return data;
  return takeRows(
    data,
    Int32Array.from({ length: rows }, (_, row) => row),
  );
}

function protocolOf(options: Options, index: number): Protocol {
  const of = (name: string, isAllowed = (value: number) => value > 0): number => {
    const values = listOption(options, name).map(Number);
    const value = values[Math.min(index, values.length - 1)];
    if (value === undefined || !isAllowed(value))
      throw new UsageError(`--${name} takes positive numbers by comma.`);
    return value;
  };
  return {
    epochs: of('epochs'),
    warmUp: of('warm-up'),
    learningRate: of('learning-rate'),
    firstVariance: of('first-variance', (value) => value >= 0) || null,
  };
}

function networkOf(name: string): NetworkName {
  if (Object.hasOwn(NETWORKS, name)) return name as NetworkName;
  throw new UsageError(`--networks knows ${Object.keys(NETWORKS).join(' and ')}, got "${name}".`);
}

function priorOf(name: string): PriorName | 'point' {
  const known = [...PRIORS, 'point'] as const;
  const found = known.find((each) => each === name);
  if (found) return found;
  throw new UsageError(`--priors knows ${known.join(', ')}, got "${name}".`);
}

function sentence({ architecture, prunedRatio, bitsRatio, error, speedUp }: Found): string {
  const speeds = speedUp.map(({ batch, ratio }) => `${ratio.median.toFixed(2)} at ${batch}`);
  return `${architecture}, ${prunedRatio.toFixed(1)} times pruned, ${bitsRatio.toFixed(1)} in bits, error ${error.full} % full, ${error.small} % small, ${error.rounded} % rounded; quicker by ${speeds.join(', ')}`;
}
