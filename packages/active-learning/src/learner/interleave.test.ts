import { describe, expect, it } from 'vitest';
import { interleave } from './interleave.js';

describe('interleave', () => {
  it('spreads random items evenly and keeps the order of the others', () => {
    const wanted = Array.from({ length: 18 }, (_, i) => i);
    const order = interleave(wanted, [100, 101]);
    expect(order.flatMap((item, i) => (item >= 100 ? [[item, i]] : []))).toEqual([
      [100, 5],
      [101, 15],
    ]);
    expect(order.filter((item) => item < 100)).toEqual(wanted);
  });

  it('works with none or nothing but random items', () => {
    expect(interleave([1, 2], [])).toHaveLength(2);
    expect(interleave([], [1, 2, 3])).toEqual([1, 2, 3]);
    expect(interleave([], [])).toEqual([]);
  });
});
