import { describe, expect, it } from 'vitest';
import { histogramOf, quantilesOf } from './pool-figures.js';

describe('figures of a pool', () => {
  it('counts every value once, the greatest in the last bin', () => {
    const histogram = histogramOf(Float32Array.of(0, 0.5, 1, 2), 2);
    expect(histogram?.counts.reduce((a, b) => a + b, 0)).toBe(4);
    expect(histogram?.counts.at(-1)).toBe(1);
    expect(histogram?.edges.at(-1)).toBe(2);
    expect(histogramOf(new Float32Array(0), null).counts).toEqual(new Array(24).fill(0));
  });

  it('gives the share of values that are less, equal values the same', () => {
    expect([...quantilesOf(Float32Array.of(3, 1, 1, 2))]).toEqual([0.75, 0, 0, 0.5]);
  });
});
