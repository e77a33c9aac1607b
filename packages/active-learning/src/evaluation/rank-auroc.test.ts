import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankAuroc } from './rank-auroc.js';

describe('rankAuroc', () => {
  it('is the share of pairs in the right order, ties as halves', () => {
    const uncertainties = fc.array(fc.nat(5), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(uncertainties, uncertainties, (familiar, foreign) => {
        const pairs = familiar.flatMap((a) => foreign.map((b) => (b > a ? 1 : b === a ? 0.5 : 0)));
        const expected = pairs.reduce<number>((sum, x) => sum + x, 0) / pairs.length;
        expect(rankAuroc(familiar, foreign)).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('is 1 for uncertainties told apart, and refuses an empty side', () => {
    expect(rankAuroc([0.1, 0.2], [0.3])).toBe(1);
    expect(rankAuroc([1], [1])).toBe(0.5);
    expect(() => rankAuroc([], [1])).toThrow(/familiar/);
  });
});
