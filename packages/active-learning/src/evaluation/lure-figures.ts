import type { LureFigures } from '@dubio/contracts';
import { weightedRisk } from '../active-testing/lure.js';
import { type TrainingSet, weightsOf } from '../labels/training-set.js';
import type { Judged } from './trust.js';

/** Smallest positive float32, as for the other log likelihoods: one sure mistake is no infinity. */
const LEAST_PROBABILITY = 2 ** -149;

/**
 * What the whole pool would give, from held-out labels that were drawn by known chances; null where
 * they were not.
 *
 * R = 1/M sum_m v_m loss_m (LURE) over the held-out rows, which are a share of the labels by
 * chance: the weights are those of all labels. Accuracy is 1 - R of the mistakes, RMSE the root of
 * R of the squared errors with error se / (2 RMSE).
 * @see Farquhar, Gal & Rainforth 2021 eq. 9
 */
export function lureFigures(set: TrainingSet, heldOut: Judged): LureFigures | null {
  const weights = weightsOf(set, 'heldOut');
  if (weights === null || set.heldOutSource !== 'validation' || weights.length < 2) return null;
  const losses = lossesOf(heldOut);
  if (losses === null) return null;
  const estimate = (values: Float64Array) => {
    const { risk, standardError } = weightedRisk(values, weights, set.poolRows);
    return { value: risk, standardError: standardError ?? 0 };
  };
  const wrong = estimate(losses.wrong);
  return {
    rows: weights.length,
    effectiveRows: effectiveRows(weights),
    metric:
      heldOut.moments.kind === 'number' ? rootOf(wrong) : { ...wrong, value: 1 - wrong.value },
    nll: losses.nll && estimate(losses.nll),
  };
}

/** (sum_m v_m)^2 / sum_m v_m^2; from 1, where one item carries all, to M, where all count alike. */
export function effectiveRows(weights: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let m = 0; m < weights.length; m++) {
    sum += weights[m]!;
    squares += weights[m]! ** 2;
  }
  return squares > 0 ? sum ** 2 / squares : 0;
}

type Losses = {
  /** Mistakes, 0 or 1; of numbers, squared errors. */
  readonly wrong: Float64Array;
  readonly nll: Float64Array | null;
};

export function lossesOf({ moments, targets }: Judged): Losses | null {
  const each = (loss: (row: number) => number) =>
    Float64Array.from({ length: moments.rows }, (_, row) => loss(row));
  if (moments.kind === 'number') {
    const { mean_N, varianceOfMeans_N, meanOfVariances_N } = moments;
    const square = (row: number) => (mean_N[row]! - targets[row]!) ** 2;
    const variance = (row: number) =>
      Math.max(Number.MIN_VALUE, varianceOfMeans_N[row]! + meanOfVariances_N[row]!);
    return {
      wrong: each(square),
      nll: each((row) => (Math.log(2 * Math.PI * variance(row)) + square(row) / variance(row)) / 2),
    };
  }
  if (moments.kind === 'class') {
    const { meanProbs_N_C, classes } = moments;
    const probs = (row: number) => meanProbs_N_C.subarray(row * classes, (row + 1) * classes);
    return {
      wrong: each((row) => {
        const own = probs(row);
        return own.indexOf(Math.max(...own)) === targets[row] ? 0 : 1;
      }),
      nll: each((row) => -Math.log(Math.max(LEAST_PROBABILITY, probs(row)[targets[row]!]!))),
    };
  }
  const { meanProbs_N_L, choices } = moments;
  const isRight = (at: number) => meanProbs_N_L[at]! > 0.5 === (targets[at] === 1);
  const wrong = each((row) =>
    Array.from({ length: choices }, (_, l) => row * choices + l).every(isRight) ? 0 : 1,
  );
  return { wrong, nll: null };
}

/**
 * Of a squared error with its standard error; where the estimate is not above 0 there is no root to
 * tell.
 */
function rootOf({ value, standardError }: { value: number; standardError: number }) {
  if (!(value > 0)) return null;
  const root = Math.sqrt(value);
  return { value: root, standardError: standardError / (2 * root) };
}
