import { NumericsError } from '../errors.js';
import { Sequence } from './sequence.js';
import type { Stream } from './stream.js';

/** A uniformly random order of 0 .. count - 1 (Fisher-Yates). Cost O(count). */
export function permutation(source: Stream, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const draws = new Sequence(source);
  for (let i = count - 1; i > 0; i--) {
    const j = draws.below(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

/**
 * `size` distinct numbers of 0 .. count - 1 in random order, every ordered subset equally likely.
 * Cost O(size).
 * @throws invalid_argument when size exceeds count
 */
export function subset(source: Stream, count: number, size: number): Int32Array {
  if (!(size >= 0 && size <= count)) {
    throw new NumericsError(
      'invalid_argument',
      `Cannot take ${size} distinct numbers out of ${count}.`,
      { count, size },
    );
  }
  const draws = new Sequence(source);
  const moved = new Map<number, number>();
  const chosen = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const j = i + draws.below(count - i);
    chosen[i] = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
  }
  return chosen;
}

/** `size` numbers of 0 .. count - 1, drawn with replacement. */
export function drawsWithReplacement(source: Stream, count: number, size: number): Int32Array {
  const draws = new Sequence(source);
  return Int32Array.from({ length: size }, () => draws.below(count));
}
