import { bitsAt, NumericsError, type Stream, stream } from '@dubio/bayes-core/pure';
import type { Ordering } from '@dubio/contracts/catalogue';
import type { Reals } from '../uncertainty/checks.js';
import { getRule } from './rules.js';
import { topOrder } from './top-order.js';

const TWO_POW_53 = 2 ** 53;
const TWO_POW_21 = 2 ** 21;

/**
 * Uniform in (0, 1) with 53 bits, a function of the stream and the item's key alone.
 * @see docs/decisions/0022
 */
export function uniformOfKey(high: Stream, low: Stream, key: number): number {
  const upper = bitsAt(high.key[0], high.key[1], key);
  const lower = bitsAt(low.key[0], low.key[1], key) >>> 11;
  return (upper * TWO_POW_21 + lower + 0.5) / TWO_POW_53;
}

/**
 * How strongly chance follows the scores when nobody says: 8 for power and softmax, whose scores in
 * nats hardly differ, and 1 for ranks, which differ by themselves.
 * @see Kirsch et al. 2023 (stochastic batch acquisition) section 3
 */
export function defaultBeta(ordering: Ordering): number {
  return ordering === 'softrank' ? 1 : 8;
}

/**
 * ln of the weights that items are drawn by, or null for an order that chance has no part in.
 *
 * uniform: 0; power: beta ln s; softmax: beta s; softrank: -beta ln r with r = 1 for the greatest
 * score, equals by key.
 * Shapes: [N] -> [N].
 * @throws NumericsError `invalid_data` for a negative score under power
 * @see Kirsch et al. 2023 (stochastic batch acquisition) section 3. Cost: N; softrank N ln N.
 */
export function logWeights(
  ordering: Ordering,
  scores_N: Reals,
  { beta, keys_N }: { beta: number; keys_N?: Reals | undefined },
): Float64Array | null {
  if (ordering === 'greatest' || ordering === 'joint') return null;
  const strengths_N = new Float64Array(scores_N.length);
  if (ordering === 'softrank')
    topOrder(scores_N, scores_N.length, keys_N).forEach((n, place) => {
      strengths_N[n] = -Math.log(place + 1);
    });
  if (ordering === 'softmax') strengths_N.set(scores_N);
  if (ordering === 'power')
    for (let n = 0; n < scores_N.length; n++) {
      if (scores_N[n]! < 0)
        throw new NumericsError(
          'invalid_data',
          `Power rules need scores >= 0, got ${scores_N[n]} for item ${n}.`,
          { index: n, got: scores_N[n] },
        );
      strengths_N[n] = Math.log(scores_N[n]!);
    }
  // 0 times the ln of a score of 0 is no number.
  return beta === 0 ? strengths_N.fill(0) : strengths_N.map((strength) => beta * strength);
}

/**
 * What the order of a pool goes by, item by item.
 *
 * greatest: s; uniform: u; power: beta ln s + g; softmax: beta s + g; softrank: -beta ln r + g with
 * r = 1 for the greatest score, equals by key; u is uniform and g = -ln(-ln u) Gumbel noise, so
 * that taking the m greatest is drawing m items one after another without replacement, with chances
 * proportional to s^beta, exp(beta s) or r^-beta (Gumbel-top-k). An item of score 0 comes last
 * under power; softrank asks nothing of the scale of scores.
 *
 * The noise belongs to the item's key, not to its place: other shards, another order of the pool,
 * or a second run give the same noise to the same item.
 *
 * Shapes: [N] -> [N]. Keys are whole numbers below 2^32.
 * @throws NumericsError `invalid_data` for a negative score under power
 * @see Kirsch et al. 2023 (stochastic batch acquisition) section 3; Kool et al. 2019
 * (Gumbel-top-k). Cost: N; softrank N ln N.
 */
export function priorities(
  ordering: Ordering,
  scores_N: Reals,
  { source, beta, keys_N }: AcquisitionNoise,
): Float64Array {
  const weights_N = logWeights(ordering, scores_N, { beta, keys_N });
  if (weights_N === null) return Float64Array.from(scores_N);
  const high = source.split('high');
  const low = source.split('low');
  return weights_N.map((weight, n) => {
    const u = uniformOfKey(high, low, keys_N ? keys_N[n]! : n);
    return ordering === 'uniform' ? u : weight - Math.log(-Math.log(u));
  });
}

export type AcquisitionNoise = {
  readonly source: Stream;
  readonly beta: number;
  readonly keys_N?: Reals | undefined;
};

/** The noise that a rule's queue of this seed is ordered with; without a beta the rule's own. */
export const acquisitionNoise = (
  rule: string,
  seed: number,
  beta?: number,
  keys_N?: Reals,
): AcquisitionNoise => ({
  source: stream(seed).split('acquisition').split(rule),
  beta: beta ?? defaultBeta(getRule(rule).ordering),
  keys_N,
});
