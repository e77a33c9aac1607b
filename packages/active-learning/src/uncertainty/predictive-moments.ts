import { entropyTerm, NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from './checks.js';

/**
 * What is kept of T posterior samples for N items and C classes: sums over the samples, never the
 * samples. `votes_N_C` counts in how many samples a class was the most probable one (the lowest
 * index among equals).
 */
export type PredictiveMoments = {
  readonly rows: number;
  readonly classes: number;
  readonly samples: number;
  /** 1/T sum_t p_t. */
  readonly meanProbs_N_C: Reals;
  /** 1/T sum_t H[p_t], nats. */
  readonly expectedEntropy_N: Reals;
  readonly votes_N_C: Reals;
  /** 1/T sum_t p_t^2; only mean-std asks for it. */
  readonly meanSquareProbs_N_C?: Reals;
};

/** ln p of K posterior samples, row-major [N, K, C]. */
export type LogProbs = {
  readonly rows: number;
  readonly samples: number;
  readonly classes: number;
  readonly logProbs_N_K_C: Reals;
};

/** Probabilities of one row may miss a sum of one by this much (float32 softmax and mean). */
const SUM_TOLERANCE = 1e-4;

/**
 * Checks shapes, that all values are finite, and that each row of `meanProbs_N_C` is one
 * distribution over the classes.
 *
 * A softmax taken over the flattened rows and classes is caught here: its rows do not sum to one.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`, `invalid_data`
 */
export function assertMoments(op: string, moments: PredictiveMoments): void {
  const { rows, classes, samples, meanProbs_N_C } = moments;
  assertCount(op, 'rows', rows);
  assertCount(op, 'classes', classes, 2);
  assertCount(op, 'samples', samples, 1);
  assertLength(op, 'meanProbs_N_C', meanProbs_N_C, rows * classes);
  assertLength(op, 'expectedEntropy_N', moments.expectedEntropy_N, rows);
  assertLength(op, 'votes_N_C', moments.votes_N_C, rows * classes);
  assertFinite(op, 'meanProbs_N_C', meanProbs_N_C);
  assertFinite(op, 'expectedEntropy_N', moments.expectedEntropy_N);
  assertFinite(op, 'votes_N_C', moments.votes_N_C);
  if (moments.meanSquareProbs_N_C) {
    assertLength(op, 'meanSquareProbs_N_C', moments.meanSquareProbs_N_C, rows * classes);
    assertFinite(op, 'meanSquareProbs_N_C', moments.meanSquareProbs_N_C);
  }
  assertDistributions(op, meanProbs_N_C, rows, classes);
}

/** @throws NumericsError `invalid_data` unless every row of `probs_N_C` is >= 0 and sums to one. */
export function assertDistributions(
  op: string,
  probs_N_C: Reals,
  rows: number,
  classes: number,
): void {
  for (let n = 0; n < rows; n++) {
    let sum = 0;
    let least = 0;
    for (let c = 0; c < classes; c++) {
      const p = probs_N_C[n * classes + c]!;
      sum += p;
      if (p < least) least = p;
    }
    if (least < 0 || Math.abs(sum - 1) > SUM_TOLERANCE)
      throw new NumericsError(
        'invalid_data',
        `${op}: the probabilities of row ${n} must be >= 0 and sum to 1, got a sum of ${sum} and a least value of ${least}. Take the softmax over the classes of each row.`,
        { op, row: n, sum, least },
      );
  }
}

/**
 * Sums K samples of ln p up to the moments the rules need.
 *
 * meanProbs = 1/K sum_k exp(l_k), expectedEntropy = 1/K sum_k -sum_c exp(l_kc) l_kc, votes = counts
 * of argmax_c.
 * Shapes: [N, K, C] -> [N, C], [N], [N, C]; entropies in nats.
 * @throws NumericsError `shape_mismatch`, `invalid_argument`, `non_finite`, `invalid_data`
 * @see Houlsby et al. 2011 eq. 2; Gal, Islam, Ghahramani 2017 section 4. Cost: N K C exponentials.
 */
export function momentsOfLogProbs(input: LogProbs): PredictiveMoments {
  const op = 'momentsOfLogProbs';
  const { rows, samples, classes, logProbs_N_K_C } = input;
  assertLogProbs(op, input);
  const meanProbs_N_C = new Float64Array(rows * classes);
  const meanSquareProbs_N_C = new Float64Array(rows * classes);
  const expectedEntropy_N = new Float64Array(rows);
  const votes_N_C = new Float64Array(rows * classes);
  for (let n = 0; n < rows; n++) {
    for (let k = 0; k < samples; k++) {
      const at = (n * samples + k) * classes;
      let best = 0;
      for (let c = 0; c < classes; c++) {
        const p = Math.exp(logProbs_N_K_C[at + c]!);
        meanProbs_N_C[n * classes + c]! += p / samples;
        meanSquareProbs_N_C[n * classes + c]! += (p * p) / samples;
        expectedEntropy_N[n]! += entropyTerm(p) / samples;
        if (logProbs_N_K_C[at + c]! > logProbs_N_K_C[at + best]!) best = c;
      }
      votes_N_C[n * classes + best]! += 1;
    }
  }
  return {
    rows,
    classes,
    samples,
    meanProbs_N_C,
    meanSquareProbs_N_C,
    expectedEntropy_N,
    votes_N_C,
  };
}

/**
 * Checks shapes and that every [n, k] row holds ln p of one distribution; -infinity is ln 0.
 * @throws NumericsError `shape_mismatch`, `invalid_argument`, `non_finite`, `invalid_data`
 */
export function assertLogProbs(op: string, input: LogProbs): void {
  const { rows, samples, classes, logProbs_N_K_C } = input;
  assertCount(op, 'rows', rows);
  assertCount(op, 'samples', samples, 1);
  assertCount(op, 'classes', classes, 2);
  assertLength(op, 'logProbs_N_K_C', logProbs_N_K_C, rows * samples * classes);
  for (let row = 0; row < rows * samples; row++) {
    let sum = 0;
    for (let i = row * classes; i < (row + 1) * classes; i++) sum += Math.exp(logProbs_N_K_C[i]!);
    if (Math.abs(sum - 1) <= SUM_TOLERANCE) continue;
    const details = { op, row: Math.floor(row / samples), sample: row % samples, sum: String(sum) };
    if (!Number.isFinite(sum))
      throw new NumericsError(
        'non_finite',
        `${op}: logProbs_N_K_C holds a value that is not finite at item ${details.row}, sample ${details.sample}.`,
        details,
      );
    throw new NumericsError(
      'invalid_data',
      `${op}: the probabilities of item ${details.row}, sample ${details.sample} sum to ${sum}, not to 1: logProbs_N_K_C are not distributions. Apply log-softmax over the classes.`,
      details,
    );
  }
}
