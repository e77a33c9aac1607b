import type { Reals } from '../uncertainty/checks.js';

/**
 * The positions of the `count` greatest values, greatest first; equals go by key, then by position.
 *
 * Shapes: [N] -> [min(count, N)]. `keys_N` defaults to the positions themselves.
 * Source: bounded heap with the worst kept value at its root. Cost: N log count, memory count.
 */
export function topOrder(values_N: Reals, count: number, keys_N?: Reals): Int32Array {
  const rows = values_N.length;
  const size = Math.min(count, rows);
  const heap = new Int32Array(size);
  if (size === 0) return heap;

  /** Whether position a is wanted more than position b. */
  const before = (a: number, b: number): boolean => {
    const difference = values_N[a]! - values_N[b]!;
    if (difference !== 0 && !Number.isNaN(difference)) return difference > 0;
    if (keys_N && keys_N[a] !== keys_N[b]) return keys_N[a]! < keys_N[b]!;
    return a < b;
  };
  const siftDown = (from: number): void => {
    let at = from;
    const moved = heap[at]!;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child]!, heap[child + 1]!)) child++;
      if (!before(moved, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = moved;
  };

  for (let i = 0; i < size; i++) heap[i] = i;
  for (let i = (size >> 1) - 1; i >= 0; i--) siftDown(i);
  for (let i = size; i < rows; i++) {
    if (!before(i, heap[0]!)) continue;
    heap[0] = i;
    siftDown(0);
  }
  return heap.sort((a, b) => (before(a, b) ? -1 : 1));
}
