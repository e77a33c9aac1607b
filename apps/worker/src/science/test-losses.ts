import { expectedLoss, expectedSquaredError } from '@dubio/active-learning';
import {
  type ClassMoments,
  type FeatureMatrix,
  type NumericMoments,
  type PoolMoments,
  readSafetensors,
  writeSafetensors,
} from '@dubio/bayes-core';
import type { TaskContext } from '../compute/task-context.js';
import { predictorOf } from './engine.js';

/** The network that says where the model under test may be wrong, and where what it says of a shard goes. */
export type SurrogateRequest = {
  readonly artifactKey: string;
  readonly samples: number;
  readonly outputKey: string;
};

/** What the surrogate expects the model under test to lose on items of the pool. */
export type TestLosses = { readonly ordinal: Int32Array; readonly loss: Float32Array };

/** What the model under test predicts, as far as its losses go by it. */
export type TestedModel =
  | Pick<ClassMoments, 'kind' | 'rows' | 'classes' | 'meanProbs_N_C'>
  | Pick<NumericMoments, 'kind' | 'mean_N'>
  | Pick<Exclude<PoolMoments, ClassMoments | NumericMoments>, 'kind'>;

/** Predicts the items of a shard by the surrogate and stores the loss it expects of the model under test on each. */
export async function storeTestLosses(
  surrogate: SurrogateRequest,
  shard: {
    readonly ordinals: Int32Array;
    readonly features: FeatureMatrix;
    readonly model: TestedModel;
  },
  context: TaskContext<never>,
): Promise<void> {
  const { store, settings, signal } = context;
  const predictor = await predictorOf(store, settings, surrogate, 'surrogate');
  const believed = await predictor.moments(shard.features, { signal });
  const loss = Float32Array.from(lossesOf(shard.model, believed));
  await store.put(surrogate.outputKey, writeTestLosses({ ordinal: shard.ordinals, loss }));
}

/**
 * What the headline figure counts: mistakes of one choice, squared errors of one number, as root mean squares.
 * @see Kossen, Farquhar, Gal & Rainforth 2021 section 3; Sawade et al. 2010 section 3
 */
export function lossesOf(model: TestedModel, surrogate: PoolMoments): Float64Array {
  if (model.kind === 'class' && surrogate.kind === 'class') {
    const { rows, classes, meanProbs_N_C } = model;
    return expectedLoss(
      { rows, classes, model_N_C: meanProbs_N_C, surrogate_N_C: surrogate.meanProbs_N_C },
      'error',
      'root-mean-square',
    );
  }
  if (model.kind === 'number' && surrogate.kind === 'number') {
    const { varianceOfMeans_N, meanOfVariances_N } = surrogate;
    const surrogateVariance_N = Float64Array.from(
      varianceOfMeans_N,
      (own, n) => own + meanOfVariances_N[n]!,
    );
    return expectedSquaredError(
      { model_N: model.mean_N, surrogateMean_N: surrogate.mean_N, surrogateVariance_N },
      'root-mean-square',
    );
  }
  throw new Error(
    `Test items are drawn for one choice or one number, this project asks for ${model.kind}. Set policies.testShare to 0.`,
  );
}

const FORMAT = 'dubio.test-losses.1';

export function writeTestLosses({ ordinal, loss }: TestLosses): Uint8Array {
  return writeSafetensors(
    {
      ordinal: { dtype: 'I32', shape: [ordinal.length], data: ordinal },
      loss: { dtype: 'F32', shape: [loss.length], data: loss },
    },
    { format: FORMAT },
  );
}

/** @throws Error when the file is of another kind */
export function readTestLosses(bytes: Uint8Array): TestLosses {
  const { ordinal, loss } = readSafetensors(bytes).tensors;
  if (ordinal?.data instanceof Int32Array && loss?.data instanceof Float32Array)
    return { ordinal: ordinal.data, loss: loss.data };
  throw new Error('Expected the losses of a shard (ordinal, loss). Score the shard again.');
}
