import { poolUncertainty } from '@dubio/active-learning';
import {
  createPredictor,
  type Engine,
  type FittedPosterior,
  fitPosterior,
  type PartialModelSpec,
  type PoolMoments,
  stream,
  subset,
} from '@dubio/bayes-core';
import { type Dataset, takeRows } from '../data/dataset.js';

/** Pool, test and first labels of one seed. */
export type Digits = { readonly pool: Dataset; readonly test: Dataset };

/** A part of the images by chance. */
export function drawn(dataset: Dataset, seed: number, what: string, count: number): Dataset {
  const source = stream(seed).split('levelled').split(what);
  return takeRows(dataset, subset(source, dataset.features.rows, count));
}

export type NetOptions = { readonly units: number; readonly epochs: number };

/**
 * A small net with dropout, trained to its last epoch: there are no labels to spare for stopping.
 */
function netSpec(shape: readonly number[], classes: number, net: NetOptions): PartialModelSpec {
  return {
    network: {
      layers: [
        { kind: 'flatten' },
        { kind: 'dense', units: net.units },
        { kind: 'relu' },
        { kind: 'dropout', rate: 0.5 },
      ],
    },
    input: { shape: [...shape] },
    output: { kind: 'class', classes },
    batchSize: 64,
    maxEpochs: net.epochs,
  };
}

export function fitNet(
  engine: Engine,
  labelled: Dataset,
  options: NetOptions & { seed: number; weights?: Float64Array | undefined; members?: number },
): Promise<FittedPosterior> {
  const { features, labels, classes } = labelled;
  const spec = netSpec(features.shape, classes, options);
  return fitPosterior({
    engine,
    spec: options.members
      ? { ...spec, posterior: { kind: 'ensemble', members: options.members } }
      : spec,
    train: { features, targets: { kind: 'class', values: labels }, weights: options.weights },
    seed: options.seed,
  });
}

export async function momentsOf(
  engine: Engine,
  posterior: FittedPosterior,
  dataset: Dataset,
  samples: number,
): Promise<PoolMoments> {
  const predictor = await createPredictor({ engine, posterior, samples });
  try {
    return await predictor.moments(dataset.features);
  } finally {
    await predictor.dispose();
  }
}

export function probsOf(moments: PoolMoments): Float64Array {
  if (moments.kind !== 'class') throw new Error('The bench asks for classes.');
  return Float64Array.from(moments.meanProbs_N_C);
}

export const uncertaintyOf = (moments: PoolMoments) => poolUncertainty(moments);

/**
 * -ln p of the truth, nats; p is taken as 1e-12 at least, so that one sure mistake is no infinity.
 */
export function logLosses(probs_N_C: Float64Array, { labels, classes }: Dataset): Float64Array {
  return Float64Array.from(
    labels,
    (label, n) => -Math.log(Math.max(1e-12, probs_N_C[n * classes + label]!)),
  );
}

/** 1 where the favourite is wrong. */
export function errors(probs_N_C: Float64Array, { labels, classes }: Dataset): Float64Array {
  return Float64Array.from(labels, (label, n) => {
    const own = probs_N_C.subarray(n * classes, (n + 1) * classes);
    return own.indexOf(Math.max(...own)) === label ? 0 : 1;
  });
}

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};
