import { NumericsError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { asFloat32, float32 } from '../tensor.js';

/** Fixed-point numbers of one layer: whole multiples of 2^-fraction, a sign among their bits. */
export type BitWidth = { readonly bits: number; readonly fraction: number };

/** float32 has no finer step for numbers of size 1. */
const MOST_FRACTION = 23;

/**
 * How many bits the weights of a layer deserve. Rounding may move a weight by as much as its
 * posterior variance, 2^-(f + 1) <= variance; a layer takes the mean of what its weights ask for,
 * rounded up (Louizos, Ullrich & Welling 2017, section 4.2, as in the authors' `compression.py`;
 * their text speaks of the mean variance instead, which wide weights dominate). The largest weight
 * must fit: bits = 1 + ceil lg(max |w| 2^fraction + 1).
 * @throws invalid_argument when there is no weight, or not one variance for each
 */
export function bitWidth(weights: ArrayLike<number>, variances: ArrayLike<number>): BitWidth {
  if (weights.length === 0 || weights.length !== variances.length) {
    throw new NumericsError(
      'invalid_argument',
      `Bit widths: expected at least one weight and as many variances, got ${weights.length} and ${variances.length}.`,
      { weights: weights.length, variances: variances.length },
    );
  }
  let [sum, most] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    sum += Math.min(MOST_FRACTION, Math.max(0, Math.ceil(-Math.log2(2 * variances[i]!))));
    most = Math.max(most, Math.abs(weights[i]!));
  }
  const fraction = Math.ceil(sum / weights.length);
  const level = Math.round(most * 2 ** fraction);
  return { bits: 1 + Math.max(1, Math.ceil(Math.log2(level + 1))), fraction };
}

/**
 * The nearest numbers that a bit width can hold: round(w 2^fraction) 2^-fraction; what is too large
 * becomes the largest.
 */
export function roundedTo({ bits, fraction }: BitWidth, tensor: Tensor): Tensor {
  const most = 2 ** (bits - 1) - 1;
  const level = (w: number) =>
    Math.max(-most, Math.min(most, Math.round(w * 2 ** fraction))) / 2 ** fraction;
  return float32(asFloat32(tensor).map(level), tensor.shape);
}
