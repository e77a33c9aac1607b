import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adaptiveReliability, eceInterval, reliability } from './reliability.js';

describe('adaptiveReliability', () => {
  const binary = (confidences: number[], labels_N: number[]) => ({
    rows: confidences.length,
    classes: 2,
    probs_N_C: confidences.flatMap((p) => [p, 1 - p]),
    labels_N,
  });

  it('puts equally many items into each bin and keeps equals together', () => {
    const input = binary([0.6, 0.61, 0.9, 0.9, 0.9, 0.99], [0, 1, 0, 0, 1, 0]);
    const { bins, ece } = adaptiveReliability(input, 3);
    expect(bins.map(({ count }) => count)).toEqual([2, 3, 1]);
    expect(bins[0]!.high).toBeCloseTo(0.755, 12);
    const distances = [1.21 - 1, 2.7 - 2, 1 - 0.99];
    expect(ece).toBeCloseTo(distances.reduce((a, b) => a + b) / 6, 12);
  });

  it('counts every item once, whatever the confidences', () => {
    const confidences = fc.array(fc.double({ min: 0.5, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(confidences, fc.integer({ min: 1, max: 10 }), (list, binCount) => {
        const { bins, ece } = adaptiveReliability(
          binary(
            list,
            list.map(() => 0),
          ),
          binCount,
        );
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
        expect(bins.length).toBeLessThanOrEqual(binCount);
        expect(ece).toBeGreaterThanOrEqual(0);
        expect(ece).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('has an interval around its equal-width sister that narrows with more items', () => {
    const many = (copies: number) => {
      const confidences = Array.from({ length: 40 * copies }, (_, i) => 0.5 + (i % 40) / 80);
      return binary(
        confidences,
        confidences.map((p, i) => ((i * 7) % 10 < p * 8 ? 0 : 1)),
      );
    };
    const few = eceInterval(many(1), { binCount: 5 });
    const more = eceInterval(many(20), { binCount: 5 });
    expect(few.estimate).toBeCloseTo(reliability(many(1), 5).ece, 12);
    expect(few.low).toBeLessThanOrEqual(few.estimate!);
    expect(few.high).toBeGreaterThanOrEqual(few.estimate!);
    expect(more.high - more.low).toBeLessThan((few.high - few.low) / 2);
  });
});
