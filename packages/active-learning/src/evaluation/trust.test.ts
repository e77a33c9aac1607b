import type { ClassMoments, NumericMoments } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import { coverageOf, type Judged, retentionOf } from './trust.js';

/**
 * Two classes; the model says 0.9 for class 0 and is right in nine of ten items, all uncertain
 * where it is wrong.
 */
function classes(rows: number): Judged {
  const wrong = (n: number) => n % 10 === 3;
  const probs = Array.from({ length: rows }, () => [0.9, 0.1]).flat();
  const moments: ClassMoments = {
    kind: 'class',
    rows,
    classes: 2,
    samples: 10,
    meanProbs_N_C: Float32Array.from(probs),
    meanSquareProbs_N_C: Float32Array.from(probs, (p) => p * p),
    expectedEntropy_N: Float64Array.from({ length: rows }, (_, n) => (wrong(n) ? 0 : 0.3)),
    votes_N_C: Uint16Array.from(probs, (p) => Math.round(10 * p)),
  };
  return { moments, targets: Array.from({ length: rows }, (_, n) => (wrong(n) ? 1 : 0)) };
}

function numbers(rows: number): Judged {
  const moments: NumericMoments = {
    kind: 'number',
    rows,
    samples: 10,
    mean_N: new Float64Array(rows),
    varianceOfMeans_N: new Float64Array(rows).fill(0.5),
    meanOfVariances_N: new Float64Array(rows).fill(0.5),
  };
  return { moments, targets: Array.from({ length: rows }, (_, n) => ((n * 7) % 20) - 9.5) };
}

describe('coverageOf', () => {
  it('learns on the validation rows and measures on the held-out ones', () => {
    const [at80, , at95] = coverageOf(classes(40), classes(100), false);
    expect(at80).toMatchObject({ level: 0.8, fittedOn: 40, meanSize: 1 });
    expect(at80?.coverage).toMatchObject({ value: 0.9, count: 100 });
    // One answer is right in 90 %: more can only be promised with both.
    expect(at95).toMatchObject({ meanSize: 2, coverage: { value: 1 } });
  });

  it('takes every second row each where held-out and validation rows are the same', () => {
    const rows = classes(100);
    expect(coverageOf(rows, rows, true)[0]).toMatchObject({
      fittedOn: 50,
      coverage: { count: 50 },
    });
  });

  it('gives numbers intervals wide enough, and states nothing from too few rows', () => {
    const [, at90] = coverageOf(numbers(60), numbers(60), false);
    expect(at90?.coverage.value).toBeGreaterThanOrEqual(0.9);
    expect(at90?.meanSize).toBeCloseTo(19, 9);
    expect(coverageOf(numbers(19), numbers(60), false)).toEqual([]);
  });
});

describe('retentionOf', () => {
  it('rises when uncertainty finds the errors, and is not drawn for numbers', () => {
    const retention = retentionOf(classes(100));
    expect(retention?.points[0]).toEqual({ referred: 0, accuracy: 0.9 });
    expect(retention?.area).toBeCloseTo(retention?.areaAtBest ?? 0, 12);
    expect(retentionOf(numbers(10))).toBeNull();
  });
});
