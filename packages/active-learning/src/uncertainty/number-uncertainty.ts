import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals, withinBounds } from './checks.js';

/** What is kept of T posterior samples of a predicted number: sums over the samples. */
export type NumberMoments = {
  readonly rows: number;
  readonly samples: number;
  /** 1/T sum_t mu_t, in the unit of the target. */
  readonly mean_N: Reals;
  /** 1/T sum_t (mu_t - mean)^2, squared unit. */
  readonly varianceOfMeans_N: Reals;
  /** 1/T sum_t sigma_t^2, squared unit. */
  readonly meanOfVariances_N: Reals;
};

/** The uncertainty of N predicted numbers, as variances in the squared unit of the target. */
export type NumberUncertainty = {
  readonly kind: 'number';
  readonly rows: number;
  readonly total_N: Float64Array;
  readonly aleatoric_N: Float64Array;
  readonly epistemic_N: Float64Array;
};

/**
 * Splits the variance of a predicted number into what more labels remove and what they do not.
 *
 * epistemic = Var_t[mu_t], aleatoric = mean_t[sigma_t^2], total = epistemic + aleatoric (law of
 * total variance).
 * Shapes: [N] -> [N]. Units: squared unit of the target.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_data` for a negative variance
 * @see Kendall & Gal 2017 eq. 9. Cost: N additions.
 */
export function numberUncertainty(moments: NumberMoments): NumberUncertainty {
  const op = 'numberUncertainty';
  const { rows, samples, mean_N, varianceOfMeans_N, meanOfVariances_N } = moments;
  assertCount(op, 'rows', rows);
  assertCount(op, 'samples', samples, 1);
  for (const [name, array] of Object.entries({ mean_N, varianceOfMeans_N, meanOfVariances_N })) {
    assertLength(op, name, array, rows);
    assertFinite(op, name, array);
  }
  const total_N = new Float64Array(rows);
  const aleatoric_N = new Float64Array(rows);
  const epistemic_N = new Float64Array(rows);
  const high = Number.MAX_VALUE;
  for (let row = 0; row < rows; row++) {
    const bounds = { low: 0, high, row };
    epistemic_N[row] = withinBounds(op, 'variance of means', varianceOfMeans_N[row]!, bounds);
    aleatoric_N[row] = withinBounds(op, 'mean of variances', meanOfVariances_N[row]!, bounds);
    total_N[row] = epistemic_N[row]! + aleatoric_N[row]!;
  }
  return { kind: 'number', rows, total_N, aleatoric_N, epistemic_N };
}

/** The uncertainty of a number in nats, to stand beside the uncertainty of choices. */
export type NumberInformation = {
  readonly epistemic_N: Float64Array;
  readonly aleatoric_N: Float64Array;
};

/**
 * The uncertainty of a number in nats: epistemic = 1/2 ln(1 + e/a), aleatoric = 1/2 ln(1 + a/d^2),
 * with e and a the epistemic and the aleatoric variance and d the spread of the training answers.
 * The first is I(answer; weights) for Gaussian means and noise, and needs no unit; the second is 0
 * without noise and 1/2 ln 2 when the noise is as wide as the answers.
 *
 * Shapes: [N] -> [N]. Units: nats.
 * @throws NumericsError `invalid_data` where there is uncertainty but no noise: the information is
 * then unbounded
 * @see Cover & Thomas 2006, section 9.1 (capacity of the Gaussian channel). Cost: 2 N logarithms.
 */
export function numberInformation(
  { rows, epistemic_N, aleatoric_N }: NumberUncertainty,
  deviation: number,
): NumberInformation {
  const result = { epistemic_N: new Float64Array(rows), aleatoric_N: new Float64Array(rows) };
  for (let row = 0; row < rows; row++) {
    const [e, a] = [epistemic_N[row]!, aleatoric_N[row]!];
    if (e > 0 && !(a > 0))
      throw new NumericsError(
        'invalid_data',
        `numberInformation: row ${row} has an epistemic variance of ${e} and no noise, which is infinitely much to learn. Give the number a noise.`,
        { row, epistemic: e },
      );
    result.epistemic_N[row] = e > 0 ? 0.5 * Math.log1p(e / a) : 0;
    result.aleatoric_N[row] = 0.5 * Math.log1p(a / deviation ** 2);
  }
  return result;
}

/** Means and variances of T samples for N items, row-major [N, T]; no variances means no noise. */
export type NumberSamples = {
  readonly rows: number;
  readonly samples: number;
  readonly means_N_T: Reals;
  readonly variances_N_T?: Reals;
};

/**
 * Sums T samples of a predicted number up to its moments (two passes, so that nothing cancels).
 *
 * Shapes: [N, T] -> [N]. Units: that of the target, and its square.
 * @throws NumericsError `shape_mismatch`, `non_finite`
 * @see Kendall & Gal 2017 eq. 9. Cost: 2 N T.
 */
export function momentsOfNumberSamples(input: NumberSamples): NumberMoments {
  const op = 'momentsOfNumberSamples';
  const { rows, samples, means_N_T, variances_N_T } = input;
  assertCount(op, 'samples', samples, 1);
  assertLength(op, 'means_N_T', means_N_T, rows * samples);
  assertFinite(op, 'means_N_T', means_N_T);
  if (variances_N_T) assertLength(op, 'variances_N_T', variances_N_T, rows * samples);
  const mean_N = new Float64Array(rows);
  const varianceOfMeans_N = new Float64Array(rows);
  const meanOfVariances_N = new Float64Array(rows);
  for (let n = 0; n < rows; n++) {
    for (let i = n * samples; i < (n + 1) * samples; i++) {
      mean_N[n]! += means_N_T[i]! / samples;
      if (variances_N_T) meanOfVariances_N[n]! += variances_N_T[i]! / samples;
    }
    for (let i = n * samples; i < (n + 1) * samples; i++)
      varianceOfMeans_N[n]! += (means_N_T[i]! - mean_N[n]!) ** 2 / samples;
  }
  return { rows, samples, mean_N, varianceOfMeans_N, meanOfVariances_N };
}
