/**
 * ln sum_i exp(x_i), without overflow; -infinity for an empty range or all -infinity.
 *
 * Range [from, to) of `values`. Source: shift by the maximum. Cost: two passes.
 */
export function logSumExp(values: ArrayLike<number>, from = 0, to = values.length): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) if (values[i]! > max) max = values[i]!;
  if (max === Number.NEGATIVE_INFINITY) return max;
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(values[i]! - max);
  return max + Math.log(sum);
}

/** -p ln p in nats, with its limit 0 at p = 0. */
export const entropyTerm = (p: number): number => (p > 0 ? -p * Math.log(p) : 0);
