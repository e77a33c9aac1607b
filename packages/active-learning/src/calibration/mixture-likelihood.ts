import { logSumExp, NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';

/**
 * T sampled means of N numbers, row-major [N, T], the true values, and the precision of the noise.
 */
export type SampledNumbers = {
  readonly rows: number;
  readonly samples: number;
  readonly means_N_T: Reals;
  readonly targets_N: Reals;
  /** tau, 1 / noise variance. */
  readonly precision: number;
};

/**
 * Mean test log likelihood of a mixture of T normals around sampled means.
 *
 * 1/N sum_n [ logsumexp_t(-tau/2 (y_n - m_nt)^2) - ln T - 1/2 ln 2 pi + 1/2 ln tau ]
 * Shapes: [N, T], [N] -> scalar. Units: nats in the unit of the targets given; for targets that
 * were scaled by s, subtract ln s to speak of the original unit.
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`
 * @see Gal & Ghahramani 2016 eq. 8 (appendix eq. 22). Cost: N T exponentials.
 */
export function mixtureLogLikelihood(input: SampledNumbers): number {
  const op = 'mixtureLogLikelihood';
  const { rows, samples, means_N_T, targets_N, precision } = input;
  assertCount(op, 'rows', rows, 1);
  assertCount(op, 'samples', samples, 1);
  assertLength(op, 'means_N_T', means_N_T, rows * samples);
  assertLength(op, 'targets_N', targets_N, rows);
  assertFinite(op, 'means_N_T', means_N_T);
  assertFinite(op, 'targets_N', targets_N);
  if (!(precision > 0 && Number.isFinite(precision)))
    throw new NumericsError(
      'invalid_argument',
      `${op}: a precision is positive and finite, got ${precision}.`,
      { op, got: String(precision) },
    );
  const exponents = new Float64Array(samples);
  let sum = 0;
  for (let n = 0; n < rows; n++) {
    for (let t = 0; t < samples; t++)
      exponents[t] = -0.5 * precision * (targets_N[n]! - means_N_T[n * samples + t]!) ** 2;
    sum += logSumExp(exponents) - Math.log(samples);
  }
  return sum / rows + 0.5 * Math.log(precision / (2 * Math.PI));
}
