import { createOnnxEngine } from '@dubio/bayes-core';
import { type Dataset, readImages } from '../data/dataset.js';
import {
  type Bench,
  countOption,
  listOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { writeJson } from '../framework/files.js';
import { errorOf, type Found, measureSmall } from './measure-small.js';
import {
  NETWORKS,
  type NetworkName,
  PRIORS,
  type PriorName,
  type Protocol,
  specOf,
} from './networks.js';
import { trainOrLoad } from './train-or-load.js';

type Published = {
  readonly error: number;
  readonly architecture: string;
  readonly pruned: number;
  readonly bits: number;
};

/** Louizos, Ullrich & Welling 2017, table 1; error percent. LeNet-300-100 from memory of the table, not checked. */
const PUBLISHED: Readonly<Record<NetworkName, Readonly<Record<PriorName, Published>>>> = {
  'lenet-300-100': {
    'group-normal-jeffreys': { error: 1.8, architecture: '278-98-13', pruned: 9, bits: 58 },
    'group-horseshoe': { error: 1.8, architecture: '311-86-14', pruned: 9, bits: 59 },
  },
  'lenet-5-caffe': {
    'group-normal-jeffreys': { error: 1, architecture: '8-13-88-13', pruned: 108, bits: 361 },
    'group-horseshoe': { error: 1, architecture: '5-10-76-16', pruned: 156, bits: 419 },
  },
};

type Run = {
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
    epochs: { hint: 'of each network, by comma', default: '50,20' },
    'warm-up': { hint: 'epochs in which the prior comes in, likewise', default: '10,5' },
    'learning-rate': { hint: 'likewise', default: '0.001,0.002' },
    turns: { hint: 'of timing', default: '9' },
    runs: {
      hint: 'folder of trained networks, to go on from',
      default: 'bench/results/compression',
    },
    threads: { hint: 'native threads', default: '1' },
  },
  async run({ options, out, log }) {
    const train = readSet(options, 'train');
    const test = readSet(options, 'test');
    const engine = createOnnxEngine({ threads: countOption(options, 'threads') });
    const folder = requireOption(options, 'runs');
    const runs: Run[] = [];
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
        const found = await measureSmall(engine, posterior, test, countOption(options, 'turns'));
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
    return { runs };
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

function protocolOf(options: Options, index: number): Protocol {
  const [epochs, warmUp, learningRate] = ['epochs', 'warm-up', 'learning-rate'].map((name) => {
    const values = listOption(options, name).map(Number);
    const value = values[Math.min(index, values.length - 1)];
    if (!(value! > 0)) throw new UsageError(`--${name} takes positive numbers by comma.`);
    return value!;
  });
  return { epochs: epochs!, warmUp: warmUp!, learningRate: learningRate! };
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
