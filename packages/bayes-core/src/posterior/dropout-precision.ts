import { NumericsError } from '../errors.js';

/** What ties weight decay and noise to each other under dropout. */
export type DropoutScale = {
  /**
   * Prior length scale l: small for functions that move quickly. In units of the standardised
   * inputs.
   */
  readonly lengthScale: number;
  /** Probability p of KEEPING a unit, 1 - rate. */
  readonly keep: number;
  /** Training rows N. */
  readonly rows: number;
};

/**
 * Precision of the noise that a weight decay stands for: tau = l^2 p / (2 N lambda), in 1 / squared
 * units of the trained target; lambda is the factor of sum w^2 beside the mean of squared errors /
 * 2. `optimiser.weightDecay` adds itself times w to the gradient, so it is 2 lambda beside that
 *    mean; the Gaussian likelihood divides the mean by its noise variance v
 * (standardised), and beside it `optimiser.weightDecay` is 2 lambda / v.
 * @throws invalid_argument when a number is not positive, or p is above 1
 * @see Gal & Ghahramani 2016, "Dropout as a Bayesian Approximation", equation 7
 */
export function precisionFromWeightDecay(scale: DropoutScale, lambda: number): number {
  return ratio(scale, 'lambda', lambda);
}

/**
 * The weight decay of a known precision: lambda = l^2 p / (2 N tau); the inverse of
 * `precisionFromWeightDecay`.
 * @throws invalid_argument when a number is not positive, or p is above 1
 * @see Gal & Ghahramani 2016, equation 7
 */
export function weightDecayFromPrecision(scale: DropoutScale, tau: number): number {
  return ratio(scale, 'tau', tau);
}

/** Both directions are one formula: the product of tau and lambda is l^2 p / 2 N. */
function ratio(scale: DropoutScale, name: string, value: number): number {
  const { lengthScale, keep, rows } = scale;
  for (const [field, number] of Object.entries({ ...scale, [name]: value })) {
    if (!(number > 0 && Number.isFinite(number)) || (field === 'keep' && number > 1)) {
      throw new NumericsError(
        'invalid_argument',
        `${field}: expected a positive number${field === 'keep' ? ' of at most 1' : ''}, got ${number}.`,
        { field, got: number },
      );
    }
  }
  return (lengthScale ** 2 * keep) / (2 * rows * value);
}
