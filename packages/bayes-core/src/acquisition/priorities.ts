import { NumericsError } from '../errors.js';
import { bitsAt, type Stream } from '../random/stream.js';
import type { Reals } from '../uncertainty/checks.js';
import type { Ordering } from './rules.js';
import { topOrder } from './top-order.js';

const TWO_POW_53 = 2 ** 53;
const TWO_POW_21 = 2 ** 21;

/** Uniform in (0, 1) with 53 bits, a function of the stream and the item's key alone. */
export function uniformOfKey(high: Stream, low: Stream, key: number): number {
  const upper = bitsAt(high.key[0], high.key[1], key);
  const lower = bitsAt(low.key[0], low.key[1], key) >>> 11;
  return (upper * TWO_POW_21 + lower + 0.5) / TWO_POW_53;
}

/**
 * How strongly chance follows the scores when nobody says: 8 for power and softmax, whose scores in nats hardly differ, and 1 for
 * ranks, which differ by themselves.
 * @see Kirsch et al. 2023 (stochastic batch acquisition) section 3
 */
export function defaultBeta(ordering: Ordering): number {
  return ordering === 'softrank' ? 1 : 8;
}

/**
 * What the order of a pool goes by, item by item.
 *
 * greatest: s; uniform: u; power: beta ln s + g; softmax: beta s + g; softrank: -beta ln r + g with r = 1 for
 * the greatest score, equals by key; u is uniform and g = -ln(-ln u) Gumbel noise, so that taking the m greatest
 * is drawing m items one after another without replacement, with chances proportional to s^beta, exp(beta s) or
 * r^-beta (Gumbel-top-k). An item of score 0 comes last under power; softrank asks nothing of the scale of scores.
 *
 * The noise belongs to the item's key, not to its place: other shards, another order of the pool, or a
 * second run give the same noise to the same item.
 *
 * Shapes: [N] -> [N]. Keys are whole numbers below 2^32.
 * @throws NumericsError `invalid_data` for a negative score under power
 * @see Kirsch et al. 2023 (stochastic batch acquisition) section 3; Kool et al. 2019 (Gumbel-top-k). Cost: N; softrank N ln N.
 */
export function priorities(
  ordering: Ordering,
  scores_N: Reals,
  noise: { source: Stream; beta: number; keys_N?: Reals | undefined },
): Float64Array {
  const result = Float64Array.from(scores_N);
  if (ordering === 'greatest' || ordering === 'joint') return result;
  const { source, beta, keys_N } = noise;
  const high = source.split('high');
  const low = source.split('low');
  if (ordering === 'softrank')
    topOrder(scores_N, scores_N.length, keys_N).forEach((n, place) => {
      result[n] = -Math.log(place + 1);
    });
  for (let n = 0; n < result.length; n++) {
    const u = uniformOfKey(high, low, keys_N ? keys_N[n]! : n);
    const score = scores_N[n]!;
    if (ordering === 'uniform') result[n] = u;
    else {
      const gumbel = -Math.log(-Math.log(u));
      if (ordering === 'power' && score < 0)
        throw new NumericsError(
          'invalid_data',
          `Power rules need scores >= 0, got ${score} for item ${n}.`,
          { index: n, got: score },
        );
      const strength = ordering === 'power' ? Math.log(score) : result[n]!;
      result[n] = beta === 0 ? gumbel : beta * strength + gumbel;
    }
  }
  return result;
}
