import { describe, expect, it } from 'vitest';
import { float32 } from '../tensor.js';
import { bitWidth, roundedTo } from './bit-widths.js';

describe('bit widths', () => {
  it('keep rounding within the posterior variance on average, and hold the largest weight', () => {
    // Steps of 1/16 err by at most 1/32, those of 1/4 by 1/8: fractions 4 and 2 make 3. Level 6 of
    // .75 takes 3 bits.
    expect(bitWidth([0.75, -0.1], [1 / 32, 1 / 8])).toEqual({ bits: 4, fraction: 3 });
    // Level 16 needs a bit more than level 15, and the sign one.
    expect(bitWidth([-1], [1 / 32])).toEqual({ bits: 6, fraction: 4 });
    expect(bitWidth([15 / 16], [1 / 32])).toEqual({ bits: 5, fraction: 4 });
  });

  it('stay between whole numbers and those of float32', () => {
    expect(bitWidth([3], [10])).toEqual({ bits: 3, fraction: 0 });
    expect(bitWidth([0.5], [0])).toEqual({ bits: 1 + 23, fraction: 23 });
    expect(() => bitWidth([], [])).toThrow(/at least one weight/);
    expect(() => bitWidth([1], [])).toThrow(/as many variances/);
  });

  it('round to the nearest multiple, and cut what does not fit', () => {
    const rounded = roundedTo(
      { bits: 5, fraction: 4 },
      float32(Float32Array.of(0.75, 0.1, -0.1, 2, -2, 0), [2, 3]),
    );
    expect([...rounded.data]).toEqual([0.75, 0.125, -0.125, 15 / 16, -15 / 16, 0]);
    expect(rounded.shape).toEqual([2, 3]);
  });
});
