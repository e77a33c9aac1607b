import { stream, subset } from '@dubio/bayes-core/pure';

/**
 * The items that a replay begins with: drawn at random, but every class in turn while there are
 * such, as published protocols begin. Without classes, at random alone.
 */
export function startingItems(
  keys: Int32Array,
  {
    count,
    seed,
    classOf,
  }: { count: number; seed: number; classOf: ((key: number) => number) | null },
): number[] {
  const source = stream(seed).split('replay').split('start');
  const order = Array.from(subset(source, keys.length, keys.length), (i) => keys[i]!);
  if (classOf === null) return order.slice(0, count);
  const byClass = new Map<number, number[]>();
  for (const key of order) {
    const pile = byClass.get(classOf(key)) ?? [];
    pile.push(key);
    byClass.set(classOf(key), pile);
  }
  const piles = [...byClass].sort(([a], [b]) => a - b).map(([, pile]) => pile);
  const start: number[] = [];
  for (let round = 0; start.length < Math.min(count, order.length); round++) {
    for (const pile of piles) {
      const key = pile[round];
      if (key !== undefined && start.length < count) start.push(key);
    }
  }
  return start;
}
