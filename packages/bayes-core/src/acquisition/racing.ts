import { NumericsError } from '../errors.js';
import { entropyTerm } from '../log-space.js';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';
import { assertLogProbs, type LogProbs } from '../uncertainty/predictive-moments.js';
import { topOrder } from './top-order.js';

/** What a few samples say about the score that all samples will give. */
export type ScoreEstimates = {
  readonly rows: number;
  readonly score_N: Float64Array;
  /** Standard error against the score of all T samples, not of infinitely many. */
  readonly standardError_N: Float64Array;
};

/** By how many standard errors an item must be behind before it gets no more samples: one in 30,000 by chance. */
export const RACE_ERRORS = 4;

/**
 * Estimates each item's BALD score over T samples from the first t of them.
 *
 * BALD over t samples is the mean of d_k = KL(p_k || mean p). It is too small by about b (1/t - 1/T) with
 * b = 1/2 sum_c var_c / p_c, which is added. The d_k are also the influences of the samples on the score, so its
 * standard error is sd(d) sqrt((1/t)(1 - t/T)): the t are drawn from the T without replacement, and at t = T
 * nothing is left to chance. A standard error is never below that of the pool's median item, as an item whose
 * few samples happen to agree is not known better than others.
 * Shapes: [N, t, C] -> [N]. Units: nats.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`, `invalid_data`
 * @see Houlsby et al. 2011 eq. 2; Miller 1955 (bias of entropies); Cochran 1977 section 2.5 (finite population).
 * Cost: 2 N t C logarithms.
 */
export function estimateBald(first: LogProbs, samples: number): ScoreEstimates {
  const op = 'estimateBald';
  assertLogProbs(op, first);
  assertCount(op, 'samples', samples, first.samples);
  assertCount(op, 'first samples', first.samples, 2);
  const { rows } = first;
  const share = 1 / first.samples - 1 / samples;
  const score_N = new Float64Array(rows);
  const standardError_N = new Float64Array(rows);
  for (let n = 0; n < rows; n++) {
    const { mean, variance, bias } = divergences(first, n);
    score_N[n] = mean + bias * share;
    standardError_N[n] = Math.sqrt(variance * share);
  }
  const median = Float64Array.from(standardError_N).sort()[Math.floor(rows / 2)] ?? 0;
  return { rows, score_N, standardError_N: standardError_N.map((e) => Math.max(e, median)) };
}

/**
 * The items that may still be among the `batchSize` best once all samples are in.
 *
 * An item stays while score + z error >= the batchSize-th greatest of score - z error. One of the true best is lost only where
 * its own estimate is more than z errors too low, or that of an item that is not among the best more than z errors too high on
 * top of what it is truly behind. With normal errors the chance that anything is lost is at most, by the union bound,
 * sum over the best (1 - Phi(z)) + sum over the others (1 - Phi(z + behind / error)): 3e-4 for ten items at the default
 * z = 4, and 3e-5 more for each other item that is not clearly behind them.
 * Shapes: [N] -> positions, rising.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`
 * @see Maron & Moore 1994 (Hoeffding races). Cost: N log batchSize.
 */
export function contenders(
  { rows, score_N, standardError_N }: { rows: number; score_N: Reals; standardError_N: Reals },
  batchSize: number,
  errors = RACE_ERRORS,
): Int32Array {
  const op = 'contenders';
  assertCount(op, 'batchSize', batchSize, 1);
  assertLength(op, 'score_N', score_N, rows);
  assertLength(op, 'standardError_N', standardError_N, rows);
  assertFinite(op, 'score_N', score_N);
  assertFinite(op, 'standardError_N', standardError_N);
  if (!(errors > 0 && Number.isFinite(errors)))
    throw new NumericsError('invalid_argument', `${op}: errors must be positive, got ${errors}.`);
  const lower_N = Float64Array.from(score_N, (s, n) => s - errors * standardError_N[n]!);
  const bar = lower_N[topOrder(lower_N, batchSize).at(-1) ?? -1] ?? Number.NEGATIVE_INFINITY;
  return Int32Array.from({ length: rows }, (_, n) => n).filter(
    (n) => score_N[n]! + errors * standardError_N[n]! >= bar,
  );
}

/** Mean and variance of KL(p_k || mean p) over the samples of one item, and 1/2 sum_c var_c / mean_c. */
function divergences({ samples, classes, logProbs_N_K_C }: LogProbs, row: number) {
  const from = row * samples * classes;
  const probs_K_C = Float64Array.from({ length: samples * classes }, (_, i) =>
    Math.exp(logProbs_N_K_C[from + i]!),
  );
  let bias = 0;
  const logMean_C = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    let sum = 0;
    let squares = 0;
    for (let k = 0; k < samples; k++) {
      sum += probs_K_C[k * classes + c]!;
      squares += probs_K_C[k * classes + c]! ** 2;
    }
    const mean = sum / samples;
    logMean_C[c] = mean > 0 ? Math.log(mean) : 0;
    // Unbiased variance; a class that no sample thinks of says nothing.
    if (mean > 0) bias += Math.max(0, squares - sum * mean) / (samples - 1) / mean / 2;
  }
  let sum = 0;
  let squares = 0;
  for (let k = 0; k < samples; k++) {
    let divergence = 0;
    for (let c = 0; c < classes; c++) {
      const p = probs_K_C[k * classes + c]!;
      divergence -= entropyTerm(p) + p * logMean_C[c]!;
    }
    sum += divergence;
    squares += divergence * divergence;
  }
  const mean = sum / samples;
  return { mean, variance: Math.max(0, squares - sum * mean) / (samples - 1), bias };
}
