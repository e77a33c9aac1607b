import type { Stream } from '@dubio/bayes-core/pure';
import type { Reals } from '../../uncertainty/checks.js';
import { uniformOfKey } from '../priorities.js';

/**
 * Draws one row that is not taken, with chance proportional to its weight.
 *
 * argmax_n ln w_n - ln(-ln u_n), u_n uniform in (0, 1) from the stream and the key of row n
 * (Gumbel-max): the same item whatever the order of the rows. Rows of weight 0 come only when there
 * is nothing else, lower rows first. Shapes: [N] -> row, -1 when all are taken. Cost: N.
 * @see Gumbel 1954; Maddison, Tarlow, Minka 2014
 */
export function drawByWeight(
  weights_N: Float64Array,
  taken_N: Uint8Array,
  source: Stream,
  keys_N: Reals | undefined,
): number {
  const high = source.split('high');
  const low = source.split('low');
  let drawn = -1;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < weights_N.length; n++) {
    if (taken_N[n]) continue;
    const u = uniformOfKey(high, low, keys_N ? keys_N[n]! : n);
    const priority = Math.log(weights_N[n]!) - Math.log(-Math.log(u));
    if (drawn >= 0 && !(priority > greatest)) continue;
    drawn = n;
    greatest = priority;
  }
  return drawn;
}
