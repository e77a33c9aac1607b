import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';
import { type Interval, normalQuantile, wilsonInterval } from './proportion.js';

/**
 * Predicted means and total variances of N numbers with the true values, all in the unit of the
 * target.
 */
export type LabelledNumbers = {
  readonly rows: number;
  readonly mean_N: Reals;
  readonly variance_N: Reals;
  readonly targets_N: Reals;
};

export type NumberMetrics = {
  readonly rows: number;
  readonly rmse: number;
  readonly mae: number;
  /**
   * Mean negative log likelihood under a normal with the predicted mean and total variance, nats.
   */
  readonly nllNats: number;
  /** Share of true values inside the central interval of each stated level. */
  readonly coverage: readonly { readonly level: number; readonly share: Interval }[];
};

const LEVELS = [0.5, 0.8, 0.9, 0.95] as const;

/**
 * How good predicted numbers and their variances are on labelled items.
 *
 * RMSE = sqrt(1/N sum (y - m)^2); NLL = 1/N sum 1/2 ln(2 pi v) + (y - m)^2 / 2v; coverage of level
 * a = share with |y - m| <= z_((1+a)/2) sqrt(v).
 * Shapes: [N] -> scalars. Units: that of the target, nats, shares.
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data` for a
 * variance that is not positive
 * @see Gneiting & Raftery 2007 section 4; Kuleshov et al. 2018 (coverage). Cost: N.
 */
export function numberMetrics(input: LabelledNumbers): NumberMetrics {
  assertNumbers('numberMetrics', input);
  const { rows, mean_N, variance_N, targets_N } = input;
  const zs = LEVELS.map((level) => normalQuantile(0.5 + level / 2));
  const inside = LEVELS.map(() => 0);
  let square = 0;
  let absolute = 0;
  let nll = 0;
  for (let n = 0; n < rows; n++) {
    const variance = variance_N[n]!;
    const error = Math.abs(targets_N[n]! - mean_N[n]!);
    square += error * error;
    absolute += error;
    nll += 0.5 * Math.log(2 * Math.PI * variance) + (error * error) / (2 * variance);
    zs.forEach((z, i) => {
      if (error <= z * Math.sqrt(variance)) inside[i]! += 1;
    });
  }
  return {
    rows,
    rmse: Math.sqrt(square / rows),
    mae: absolute / rows,
    nllNats: nll / rows,
    coverage: LEVELS.map((level, i) => ({ level, share: wilsonInterval(inside[i]!, rows) })),
  };
}

/**
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data` for a
 * variance that is not positive
 */
export function assertNumbers(op: string, input: LabelledNumbers): void {
  const { rows, mean_N, variance_N, targets_N } = input;
  assertCount(op, 'rows', rows, 1);
  for (const [name, array] of Object.entries({ mean_N, variance_N, targets_N })) {
    assertLength(op, name, array, rows);
    assertFinite(op, name, array);
  }
  for (let n = 0; n < rows; n++)
    if (!(variance_N[n]! > 0))
      throw new NumericsError(
        'invalid_data',
        `${op}: variance_N must be positive, got ${variance_N[n]} at ${n}. Add the noise of the likelihood.`,
        { op, row: n, got: variance_N[n] },
      );
}
