import type { LogProbs } from '@dubio/active-learning';
import { normal, stream } from '@dubio/bayes-core';

/** A pool whose T networks share their features and differ in their last layer. */
export type SyntheticPool = {
  readonly rows: number;
  readonly samples: number;
  readonly classes: number;
  readonly dimensions: number;
  readonly features_N_D: Float32Array;
  /** ln p of the first `samples` networks for some rows. */
  logProbs(rows: ArrayLike<number>, samples?: number): LogProbs;
};

export type PoolShape = Pick<SyntheticPool, 'rows' | 'samples' | 'classes' | 'dimensions'>;

/**
 * Size of a logit's common part, and of what differs between networks: most items are clear, some
 * are not.
 */
const COMMON = 4;
const OWN = 1.2;

/**
 * Features are normal; sample t has logits h (W + E_t) / sqrt(D). Nothing of size N T C is held.
 */
export function syntheticPool(shape: PoolShape, seed: number): SyntheticPool {
  const { rows, samples, classes, dimensions } = shape;
  const source = stream(seed).split('synthetic pool');
  const features_N_D = normal(source.split('features'), rows * dimensions);
  const common = normal(source.split('common'), classes * dimensions);
  const own = normal(source.split('own'), samples * classes * dimensions);
  const weights_K_C_D = own.map(
    (x, i) => (OWN * x + COMMON * common[i % (classes * dimensions)]!) / Math.sqrt(dimensions),
  );
  const logProbs = (chosen: ArrayLike<number>, first = samples): LogProbs => {
    const logProbs_N_K_C = new Float32Array(chosen.length * first * classes);
    for (let m = 0; m < chosen.length; m++) {
      const h = features_N_D.subarray(chosen[m]! * dimensions, (chosen[m]! + 1) * dimensions);
      for (let k = 0; k < first; k++)
        logSoftmaxInto(logProbs_N_K_C, (m * first + k) * classes, {
          h,
          weights: weights_K_C_D,
          from: k * classes * dimensions,
          classes,
        });
    }
    return { rows: chosen.length, samples: first, classes, logProbs_N_K_C };
  };
  return { ...shape, features_N_D, logProbs };
}

function logSoftmaxInto(
  out: Float32Array,
  at: number,
  network: { h: Float32Array; weights: Float32Array; from: number; classes: number },
): void {
  const { h, weights, from, classes } = network;
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    let logit = 0;
    const row = from + c * h.length;
    for (let d = 0; d < h.length; d++) logit += h[d]! * weights[row + d]!;
    out[at + c] = logit;
    sum += Math.exp(logit);
  }
  const norm = Math.log(sum);
  for (let c = 0; c < classes; c++) out[at + c]! -= norm;
}
