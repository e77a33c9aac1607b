import { entropyTerm, NumericsError } from '@dubio/bayes-core/pure';
import {
  assertCount,
  assertFinite,
  assertLength,
  type Reals,
  ROUNDING,
} from '../uncertainty/checks.js';
import type { NumberSamples } from '../uncertainty/number-uncertainty.js';
import { assertLogProbs, type LogProbs } from '../uncertainty/predictive-moments.js';

/**
 * What the K samples say about candidates and about the items that predictions will be asked for.
 */
export type EpigRequest<Samples> = { readonly candidates: Samples; readonly targets: Samples };

/**
 * What an item's answer is expected to tell about the answers of other items (EPIG), for classes.
 *
 * epig_i = 1/M* sum_j I(y_i; y_j*), joint p(y_i, y_j*) = 1/K sum_k p_k(y_i) p_k(y_j*); so
 * I = H[y_i] + H[y_j*] - H[y_i, y_j*]. Unlike BALD it asks for knowledge that predictions on the
 * targets need, not for knowledge about the weights as such; and as y_i - weights - y_j* is a
 * Markov chain, 0 <= epig <= BALD.
 * Shapes: [N, K, C] and [M*, K, C] of the same K samples -> [N]. Units: nats.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`, `invalid_data`
 * @see Bickford Smith et al. 2023 eq. 5, 7. Cost: N M* C^2 (K + one logarithm); memory M* K C.
 */
export function epigOfClasses({ candidates, targets }: EpigRequest<LogProbs>): Float64Array {
  const op = 'epigOfClasses';
  assertLogProbs(op, candidates);
  assertLogProbs(op, targets);
  assertSameSamples(op, candidates, targets);
  assertSame(op, 'classes', candidates.classes, targets.classes);
  const { rows, samples, classes } = candidates;
  const columns = targets.rows * classes;
  const targets_MC_K = sampleColumns(targets, targets.rows);
  const targetEntropy = meanEntropy(targets_MC_K, { columns, samples }) * classes;
  const scores_N = new Float64Array(rows);
  for (let n = 0; n < rows; n++) {
    const probs_C_K = sampleColumns(candidates, 1, n);
    const own = meanEntropy(probs_C_K, { columns: classes, samples }) * classes;
    const joint = jointEntropy(probs_C_K, targets_MC_K, { classes, columns, samples });
    scores_N[n] = notNegative(op, n, own + targetEntropy - joint / targets.rows);
  }
  return scores_N;
}

/**
 * The same for numbers, with the joint of two answers taken as normal.
 *
 * epig_i = 1/M* sum_j -1/2 ln(1 - r_ij^2), r_ij = cov_k(mu_ik, mu_jk*) / sqrt(v_i v_j*), where v is
 * the total variance: that of the means plus the mean noise. 0 <= epig <= 1/2 ln(total / noise).
 * Shapes: [N, K] and [M*, K] of the same K samples -> [N]. Units: nats.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`; `invalid_data` without
 * noise
 * @see Bickford Smith et al. 2023 appendix C.2 (Gaussian). Cost: N M* K; memory (N + M*) K.
 */
export function epigOfNumbers({ candidates, targets }: EpigRequest<NumberSamples>): Float64Array {
  const op = 'epigOfNumbers';
  assertSameSamples(op, candidates, targets);
  const own = centred(op, candidates);
  const other = centred(op, targets);
  const { samples } = candidates;
  const scores_N = new Float64Array(candidates.rows);
  for (let n = 0; n < candidates.rows; n++) {
    let sum = 0;
    for (let m = 0; m < targets.rows; m++) {
      let covariance = 0;
      for (let k = 0; k < samples; k++)
        covariance += own.means_N_K[n * samples + k]! * other.means_N_K[m * samples + k]!;
      covariance /= samples;
      sum -= Math.log1p(-(covariance * covariance) / (own.total_N[n]! * other.total_N[m]!)) / 2;
    }
    scores_N[n] = sum / targets.rows;
  }
  return scores_N;
}

/** exp of rows [first, first + rows) as [rows * C, K], so that the sums over k run along memory. */
function sampleColumns(
  { samples, classes, logProbs_N_K_C }: LogProbs,
  rows: number,
  first = 0,
): Float64Array {
  const columns = new Float64Array(rows * classes * samples);
  for (let n = 0; n < rows; n++)
    for (let k = 0; k < samples; k++)
      for (let c = 0; c < classes; c++)
        columns[(n * classes + c) * samples + k] = Math.exp(
          logProbs_N_K_C[((first + n) * samples + k) * classes + c]!,
        );
  return columns;
}

/** Mean over the columns of -q ln q, q the mean of a column. */
function meanEntropy(
  columns_X_K: Float64Array,
  { columns, samples }: { columns: number; samples: number },
): number {
  let sum = 0;
  for (let x = 0; x < columns; x++) {
    let mean = 0;
    for (let k = 0; k < samples; k++) mean += columns_X_K[x * samples + k]!;
    sum += entropyTerm(mean / samples);
  }
  return sum / columns;
}

/**
 * sum_c sum_x -q ln q with q = 1/K sum_k p_ck t_xk; two classes at a time share each loaded target.
 */
function jointEntropy(
  probs_C_K: Float64Array,
  targets_X_K: Float64Array,
  { classes, columns, samples }: { classes: number; columns: number; samples: number },
): number {
  let entropy = 0;
  for (let c = 0; c < classes; c += 2) {
    const row0 = c * samples;
    const hasTwo = c + 1 < classes;
    const row1 = hasTwo ? row0 + samples : row0;
    for (let x = 0; x < columns; x++) {
      const from = x * samples;
      let q0 = 0;
      let q1 = 0;
      for (let k = 0; k < samples; k++) {
        const target = targets_X_K[from + k]!;
        q0 += probs_C_K[row0 + k]! * target;
        q1 += probs_C_K[row1 + k]! * target;
      }
      entropy += entropyTerm(q0 / samples);
      if (hasTwo) entropy += entropyTerm(q1 / samples);
    }
  }
  return entropy;
}

/** Sampled means less their mean, and the total variance of each row. */
function centred(op: string, input: NumberSamples) {
  const { rows, samples, means_N_T, variances_N_T } = input;
  assertLength(op, 'means_N_T', means_N_T, rows * samples);
  assertFinite(op, 'means_N_T', means_N_T);
  const noise_N_T: Reals = variances_N_T ?? [];
  assertLength(op, 'variances_N_T', noise_N_T, rows * samples);
  assertFinite(op, 'variances_N_T', noise_N_T);
  const means_N_K = Float64Array.from(means_N_T);
  const total_N = new Float64Array(rows);
  for (let n = 0; n < rows; n++) {
    const from = n * samples;
    const mean = means_N_K.subarray(from, from + samples).reduce((a, b) => a + b, 0) / samples;
    let noise = 0;
    let spread = 0;
    for (let i = from; i < from + samples; i++) {
      means_N_K[i]! -= mean;
      spread += means_N_K[i]! ** 2 / samples;
      noise += noise_N_T[i]! / samples;
    }
    if (!(noise > 0))
      throw new NumericsError(
        'invalid_data',
        `${op}: the noise of an answer must be positive, got ${noise} for row ${n}; without noise one answer would tell everything.`,
        { op, row: n, got: noise },
      );
    total_N[n] = spread + noise;
  }
  return { means_N_K, total_N };
}

type Sampled = { readonly rows: number; readonly samples: number };

function assertSameSamples(op: string, candidates: Sampled, targets: Sampled): void {
  assertCount(op, 'rows of the targets', targets.rows, 1);
  assertCount(op, 'samples', candidates.samples, 1);
  assertSame(op, 'samples', candidates.samples, targets.samples);
}

function assertSame(op: string, name: string, expected: number, got: number): void {
  if (got === expected) return;
  throw new NumericsError(
    'shape_mismatch',
    `${op}: candidates and targets must have the same ${name}, got ${expected} and ${got}.`,
    { op, expected, got },
  );
}

function notNegative(op: string, row: number, nats: number): number {
  if (nats >= -ROUNDING) return Math.max(0, nats);
  throw new NumericsError(
    'invalid_data',
    `${op}: item ${row} would tell ${nats} nats about the targets; its rows are not distributions.`,
    { op, row, got: nats },
  );
}
