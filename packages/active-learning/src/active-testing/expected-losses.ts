import {
  type ClassMoments,
  type NumericMoments,
  type PoolMoments,
  readSafetensors,
  writeSafetensors,
} from '@dubio/bayes-core/pure';
import { expectedLoss, expectedSquaredError } from './active-testing.js';

/** What the second network expects the model under test to lose on items of the pool. */
export type ExpectedLosses = { readonly ordinal: Int32Array; readonly loss: Float32Array };

/** What the model under test predicts, as far as its losses go by it. */
export type ModelUnderTest =
  | Pick<ClassMoments, 'kind' | 'rows' | 'classes' | 'meanProbs_N_C'>
  | Pick<NumericMoments, 'kind' | 'mean_N'>
  | Pick<Exclude<PoolMoments, ClassMoments | NumericMoments>, 'kind'>;

/**
 * What the headline figure counts: mistakes of one choice, squared errors of one number, as root
 * mean squares.
 * @see Kossen, Farquhar, Gal & Rainforth 2021 section 3; Sawade et al. 2010 section 3
 */
export function expectedLosses(model: ModelUnderTest, surrogate: PoolMoments): Float32Array {
  if (model.kind === 'class' && surrogate.kind === 'class') {
    const { rows, classes, meanProbs_N_C } = model;
    const losses_N = expectedLoss(
      { rows, classes, model_N_C: meanProbs_N_C, surrogate_N_C: surrogate.meanProbs_N_C },
      'error',
      'root-mean-square',
    );
    return Float32Array.from(losses_N);
  }
  if (model.kind === 'number' && surrogate.kind === 'number') {
    const { varianceOfMeans_N, meanOfVariances_N } = surrogate;
    const surrogateVariance_N = Float64Array.from(
      varianceOfMeans_N,
      (own, n) => own + meanOfVariances_N[n]!,
    );
    const losses_N = expectedSquaredError(
      { model_N: model.mean_N, surrogateMean_N: surrogate.mean_N, surrogateVariance_N },
      'root-mean-square',
    );
    return Float32Array.from(losses_N);
  }
  throw new Error(
    `Active-test items are drawn for one choice or one number, this project asks for ${model.kind}. Set policies.activeTestShare to 0.`,
  );
}

const FORMAT = 'dubio.test-losses.1';

export function writeExpectedLosses({ ordinal, loss }: ExpectedLosses): Uint8Array {
  return writeSafetensors(
    {
      ordinal: { dtype: 'I32', shape: [ordinal.length], data: ordinal },
      loss: { dtype: 'F32', shape: [loss.length], data: loss },
    },
    { format: FORMAT },
  );
}

/** @throws Error when the file is of another kind */
export function readExpectedLosses(bytes: Uint8Array): ExpectedLosses {
  const { ordinal, loss } = readSafetensors(bytes).tensors;
  if (ordinal?.data instanceof Int32Array && loss?.data instanceof Float32Array)
    return { ordinal: ordinal.data, loss: loss.data };
  throw new Error('Expected the losses of a shard (ordinal, loss). Score the shard again.');
}
