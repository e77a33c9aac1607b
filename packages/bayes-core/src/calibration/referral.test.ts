import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankAuroc } from './rank-auroc.js';
import { adaptiveReliability, eceInterval, reliability } from './reliability.js';
import { retentionCurve } from './retention.js';

describe('retentionCurve', () => {
  it('knows four items by hand', () => {
    const { points, area, areaByChance, areaAtBest } = retentionCurve(
      [1, 0, 1, 0],
      [0.1, 0.4, 0.2, 0.3],
    );
    expect(points).toEqual([
      { referred: 0, accuracy: 0.5 },
      { referred: 0.25, accuracy: 2 / 3 },
      { referred: 0.5, accuracy: 1 },
      { referred: 0.75, accuracy: 1 },
    ]);
    expect(area).toBeCloseTo((1 + 1 + 2 / 3 + 1 / 2) / 4, 12);
    expect(areaAtBest).toBeCloseTo(area, 12);
    expect(areaByChance).toBe(0.5);
  });

  it('lies between worst and best, and does not depend on the order of equals', () => {
    const items = fc.array(fc.record({ right: fc.nat(1), doubt: fc.nat(4) }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(items, (list) => {
        const curve = (from: typeof list) =>
          retentionCurve(
            from.map(({ right }) => right),
            from.map(({ doubt }) => doubt),
          );
        const { area, areaAtBest } = curve(list);
        expect(area).toBeLessThanOrEqual(areaAtBest + 1e-12);
        expect(curve([...list].reverse()).area).toBeCloseTo(area, 12);
      }),
    );
  });

  it('is the accuracy where doubt tells nothing', () => {
    const { points } = retentionCurve([1, 0, 1, 1], [2, 2, 2, 2]);
    for (const { accuracy } of points) expect(accuracy).toBeCloseTo(0.75, 12);
    expect(() => retentionCurve([0.5], [1])).toThrow(/0 and 1/);
  });
});

describe('rankAuroc', () => {
  it('is the share of pairs in the right order, ties as halves', () => {
    const doubts = fc.array(fc.nat(5), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(doubts, doubts, (familiar, foreign) => {
        const pairs = familiar.flatMap((a) => foreign.map((b) => (b > a ? 1 : b === a ? 0.5 : 0)));
        const expected = pairs.reduce<number>((sum, x) => sum + x, 0) / pairs.length;
        expect(rankAuroc(familiar, foreign)).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('is 1 for doubts told apart, and refuses an empty side', () => {
    expect(rankAuroc([0.1, 0.2], [0.3])).toBe(1);
    expect(rankAuroc([1], [1])).toBe(0.5);
    expect(() => rankAuroc([], [1])).toThrow(/familiar/);
  });
});

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
