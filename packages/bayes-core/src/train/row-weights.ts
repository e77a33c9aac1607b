import { NumericsError } from '../errors.js';
import { permutation } from '../random/choice.js';
import { Sequence } from '../random/sequence.js';
import { bitsAt, type Stream } from '../random/stream.js';

/**
 * The weights of the rows with mean 1; null where there are none, or all are equal: then nothing is
 * weighed.
 *
 * w_i R / sum w. Shapes: [R] -> [R].
 * @throws NumericsError `invalid_data` naming the first row whose weight is not a positive finite
 * number, or their number
 * @see docs/decisions/0150
 */
export function meanOneWeights(
  weights: ArrayLike<number> | undefined,
  rows: number,
  what: string,
): Float64Array | null {
  if (weights === undefined) return null;
  if (weights.length !== rows) {
    throw new NumericsError(
      'invalid_data',
      `${what}: expected one weight for each of ${rows} rows, got ${weights.length}. Leave weights out to count all rows alike.`,
      { rows, got: weights.length },
    );
  }
  let total = 0;
  let isEven = true;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row]!;
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw new NumericsError(
        'invalid_data',
        `${what}: the weight of row ${row} is ${weight}; weights are positive finite numbers. Leave out rows that are not to count.`,
        { row, got: weight },
      );
    }
    if (weight !== weights[0]) isEven = false;
    total += weight;
  }
  if (isEven) return null;
  if (!Number.isFinite(total))
    throw new NumericsError(
      'invalid_data',
      `${what}: the sum of the weights is ${total}. Divide them by a common number.`,
      { total },
    );
  return Float64Array.from(weights, (weight) => (weight * rows) / total);
}

/**
 * One pass of `size` draws over weighted rows, each row as often as its weight says, rounded down
 * or up.
 *
 * Systematic resampling: rows in random order cover stretches w_i size / R of a line from 0 to
 * `size`, and row i is drawn for each point u, u + 1, ... , u + size - 1 (u uniform in (0, 1)) on
 * its stretch. Then E[count_i] = w_i size / R exactly, so the loss of a pass has the weighted mean
 * sum_i w_i loss_i / R for its expectation, and no count is off by 1 or more. The order is random
 * because rows often come in a pattern, which equal steps would pick up; draws are shuffled in the
 * end.
 * Shapes: [R] (mean 1) -> [size].
 * @see Kitagawa 1996, "Monte Carlo Filter and Smoother", appendix; Douc, Cappe & Moulines 2005,
 * section 2.4. Cost: R + size.
 */
export function weightedPass(source: Stream, weights_R: Float64Array, size: number): Int32Array {
  const rows = weights_R.length;
  const order = permutation(source.split('lines'), rows);
  const start = new Sequence(source.split('start')).uniform();
  const step = size / rows;
  const drawn = new Int32Array(size);
  let count = 0;
  let end = 0;
  for (let i = 0; i < rows; i++) {
    const row = order[i]!;
    // The last stretch ends at `size`, whatever rounding made of the sum.
    end = i === rows - 1 ? size : end + weights_R[row]! * step;
    while (count < size && start + count < end) drawn[count++] = row;
  }
  return permutation(source.split('shuffle'), size).map((place) => drawn[place]!);
}

/** A name for weights, the same for the same numbers only (64 bits of a hash). */
export function weightsDigest(weights_R: Float64Array): string {
  const words = new Uint32Array(weights_R.buffer, weights_R.byteOffset, 2 * weights_R.length);
  let [a, b] = [0x6a09e667, 0xbb67ae85];
  for (const word of words) {
    a = bitsAt(a, b, word);
    b = bitsAt(b, a, word ^ 0x243f6a88);
  }
  return [a, b].map((half) => half.toString(16).padStart(8, '0')).join('');
}
