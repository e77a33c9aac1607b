import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
    const items = fc.array(fc.record({ right: fc.nat(1), uncertainty: fc.nat(4) }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(items, (list) => {
        const curve = (from: typeof list) =>
          retentionCurve(
            from.map(({ right }) => right),
            from.map(({ uncertainty }) => uncertainty),
          );
        const { area, areaAtBest } = curve(list);
        expect(area).toBeLessThanOrEqual(areaAtBest + 1e-12);
        expect(curve([...list].reverse()).area).toBeCloseTo(area, 12);
      }),
    );
  });

  it('is the accuracy where uncertainty tells nothing', () => {
    const { points } = retentionCurve([1, 0, 1, 1], [2, 2, 2, 2]);
    for (const { accuracy } of points) expect(accuracy).toBeCloseTo(0.75, 12);
    expect(() => retentionCurve([0.5], [1])).toThrow(/0 and 1/);
  });
});
