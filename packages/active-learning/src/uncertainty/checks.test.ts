import { NumericsError } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import { assertCount, assertFinite, assertLength, ROUNDING, withinBounds } from './checks.js';

const refusal = (run: () => unknown): { code: string; details: unknown } => {
  try {
    run();
  } catch (error) {
    if (error instanceof NumericsError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('expected a refusal');
};

describe('withinBounds', () => {
  const bounds = { low: 1, high: 2, row: 7 };
  const bounded = (value: number) => withinBounds('op', 'total', value, bounds);

  it('returns what is inside, the bounds included, as it came', () => {
    for (const value of [1, 1.5, 2]) expect(bounded(value)).toBe(value);
  });

  it('puts what is outside by less than rounding on the nearer bound', () => {
    expect(bounded(1 - ROUNDING / 2)).toBe(1);
    expect(bounded(2 + ROUNDING / 2)).toBe(2);
  });

  it.each([1 - 2 * ROUNDING, 2 + 2 * ROUNDING, -5, 9, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %d, and says which row of what it was',
    (value) => {
      expect(refusal(() => bounded(value))).toEqual({
        code: 'invalid_data',
        details: { op: 'op', name: 'total', row: 7, low: 1, high: 2, got: String(value) },
      });
    },
  );

  it('refuses what is outside by exactly the rounding', () => {
    const exact = { low: 0, high: 1, row: 0 };
    expect(() => withinBounds('op', 'total', -ROUNDING, exact)).toThrow(/outside \[0, 1\]/);
    expect(() => withinBounds('op', 'total', 1 + 1.01 * ROUNDING, exact)).toThrow(/outside/);
  });
});

describe('checks of arrays and counts', () => {
  it('want the length that was said', () => {
    expect(() => assertLength('op', 'x_N', [1, 2], 2)).not.toThrow();
    expect(refusal(() => assertLength('op', 'x_N', [1, 2], 3))).toEqual({
      code: 'shape_mismatch',
      details: { op: 'op', name: 'x_N', expected: 3, got: 2 },
    });
  });

  it('want whole numbers of at least the least', () => {
    expect(() => assertCount('op', 'rows', 0)).not.toThrow();
    expect(() => assertCount('op', 'rows', 2, 2)).not.toThrow();
    for (const [value, least] of [
      [1, 2],
      [-1, 0],
      [1.5, 0],
      [Number.NaN, 0],
    ] as const)
      expect(refusal(() => assertCount('op', 'rows', value, least))).toEqual({
        code: 'invalid_argument',
        details: { op: 'op', name: 'rows', least, got: value },
      });
  });

  it('want finite values, and name the first that is not', () => {
    expect(() => assertFinite('op', 'x_N', [0, -1e308])).not.toThrow();
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect(refusal(() => assertFinite('op', 'x_N', [0, bad, bad]))).toEqual({
        code: 'non_finite',
        details: { op: 'op', name: 'x_N', index: 1, got: String(bad) },
      });
  });
});
