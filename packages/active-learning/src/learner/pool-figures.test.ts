import { describe, expect, it } from 'vitest';
import { histogramOf, poolFigures, quantilesOf } from './pool-figures.js';

describe('figures of a pool', () => {
  it('counts every value once, the greatest in the last bin', () => {
    const histogram = histogramOf(Float32Array.of(0, 0.5, 1, 2), 2);
    expect(histogram?.counts.reduce((a, b) => a + b, 0)).toBe(4);
    expect(histogram?.counts.at(-1)).toBe(1);
    expect(histogram?.edges.at(-1)).toBe(2);
    expect(histogramOf(new Float32Array(0), null).counts).toEqual(new Array(24).fill(0));
  });

  it('ends at the greatest value where nothing bounds it, and at one where all are 0', () => {
    expect(histogramOf(Float32Array.of(1, 4, 2), null).edges.at(-1)).toBe(4);
    expect(histogramOf(Float32Array.of(0, 0), null).edges.at(-1)).toBe(1);
    expect(histogramOf(Float32Array.of(-1, 0.1), 2.4).counts.slice(0, 2)).toEqual([1, 1]);
  });

  it('of a round are means of what is left, and nulls of an empty pool', () => {
    const of = (values: number[]) => ({
      ordinal: Int32Array.from(values),
      total: Float32Array.from(values, (x) => 3 * x),
      aleatoric: Float32Array.from(values, (x) => 2 * x),
      epistemic: Float32Array.from(values),
      classes: 4,
    });
    const figures = poolFigures(of([1, 3]) as never, 4);
    expect(figures).toMatchObject({
      classes: 4,
      poolRows: 2,
      epistemicMean: 2,
      aleatoricMean: 4,
      totalMean: 6,
    });
    expect(figures.epistemicHistogram?.edges.at(-1)).toBe(4);
    expect(poolFigures(of([]) as never, 4)).toMatchObject({
      poolRows: 0,
      epistemicMean: null,
      aleatoricMean: null,
      totalMean: null,
      epistemicHistogram: null,
    });
  });

  it('gives the share of values that are less, equal values the same', () => {
    expect([...quantilesOf(Float32Array.of(3, 1, 1, 2))]).toEqual([0.75, 0, 0, 0.5]);
  });
});
