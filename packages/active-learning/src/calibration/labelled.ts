import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';
import { assertDistributions } from '../uncertainty/predictive-moments.js';

/** Predictive probabilities of N items with their true classes. */
export type LabelledProbs = {
  readonly rows: number;
  readonly classes: number;
  /** Mean probabilities of the posterior predictive, each row a distribution. */
  readonly probs_N_C: Reals;
  /** True class of each item, 0 .. C - 1. */
  readonly labels_N: Reals;
};

/**
 * Smallest positive float32. A probability that float32 rounded to 0 is read as this much, so that
 * one surely wrong answer costs 103 nats and not infinitely many; nothing else is changed.
 */
export const LEAST_PROBABILITY = 2 ** -149;

/** ln p with the float32 floor. */
export const logProbability = (p: number): number => Math.log(Math.max(p, LEAST_PROBABILITY));

/** The most probable class of a row; the lowest index among equals. */
export function argmaxClass(probs_N_C: Reals, row: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++)
    if (probs_N_C[row * classes + c]! > probs_N_C[row * classes + best]!) best = c;
  return best;
}

/** @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data` */
export function assertLabelled(op: string, input: LabelledProbs): void {
  const { rows, classes, probs_N_C, labels_N } = input;
  assertCount(op, 'rows', rows, 1);
  assertCount(op, 'classes', classes, 2);
  assertLength(op, 'probs_N_C', probs_N_C, rows * classes);
  assertLength(op, 'labels_N', labels_N, rows);
  assertFinite(op, 'probs_N_C', probs_N_C);
  assertDistributions(op, probs_N_C, rows, classes);
  assertClasses(op, labels_N, classes);
}

/** @throws NumericsError `invalid_data` unless every label is a class, 0 .. C - 1 */
export function assertClasses(op: string, labels_N: Reals, classes: number): void {
  for (let n = 0; n < labels_N.length; n++) {
    const label = labels_N[n]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new NumericsError(
        'invalid_data',
        `${op}: labels_N must be classes 0 to ${classes - 1}, got ${label} at ${n}.`,
        { op, row: n, got: String(label) },
      );
  }
}
