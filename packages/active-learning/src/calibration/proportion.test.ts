import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { honestInterval, normalQuantile, upperTail, wilsonInterval } from './proportion.js';

/** The slow twin: every binomial term by the product formula. */
function binomial(k: number, n: number, p: number): number {
  let term = 1;
  for (let i = 1; i <= k; i++) term *= ((n - k + i) / i) * p;
  return term * (1 - p) ** (n - k);
}

describe('upperTail', () => {
  it('agrees with the terms added one by one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(60),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (n, k, p) => {
          let sum = 0;
          for (let x = k; x <= n; x++) sum += binomial(x, n, p);
          expect(upperTail(k, n, p)).toBeCloseTo(sum, 9);
        },
      ),
    );
  });

  it('stays right for a hundred thousand items', () => {
    // P(X >= n/2) = 1/2 + P(X = n/2)/2, and P(X = n/2) = 1/sqrt(pi n/2) (1 - 1/4n + ...).
    const n = 100_000;
    const expected = 0.5 + (0.5 * (1 - 1 / (4 * n))) / Math.sqrt((Math.PI * n) / 2);
    expect(upperTail(n / 2, n, 0.5)).toBeCloseTo(expected, 9);
  });
});

describe('honestInterval', () => {
  it('knows the table: 8 of 10 is .4439 to .9748, none of 20 is up to .1684', () => {
    expect(honestInterval(8, 10).low).toBeCloseTo(0.4439, 4);
    expect(honestInterval(8, 10).high).toBeCloseTo(0.9748, 4);
    expect(honestInterval(0, 20)).toMatchObject({ estimate: 0, low: 0 });
    expect(honestInterval(0, 20).high).toBeCloseTo(0.1684, 4);
  });

  it.each([1, 5, 17, 40])(
    'holds the truth at least as often as stated, for any truth, with %d items',
    (n) => {
      const intervals = Array.from({ length: n + 1 }, (_, k) => honestInterval(k, n, 0.9));
      for (let p = 0.005; p < 1; p += 0.005) {
        const covered = intervals.reduce(
          (sum, { low, high }, k) => sum + (low <= p && p <= high ? binomial(k, n, p) : 0),
          0,
        );
        expect(covered).toBeGreaterThanOrEqual(0.9 - 1e-9);
      }
    },
  );

  it('says nothing when nothing was counted', () => {
    expect(honestInterval(0, 0)).toEqual({ estimate: null, low: 0, high: 1 });
    expect(wilsonInterval(0, 0)).toEqual({ estimate: null, low: 0, high: 1 });
  });
});

describe('wilsonInterval', () => {
  it('knows the published example: 81 of 263 is .2553 to .3662', () => {
    const { low, high } = wilsonInterval(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  it('holds its estimate, lies in [0, 1], mirrors, and is shorter than the honest one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, share) => {
          const k = Math.round(share * n);
          const { estimate, low, high } = wilsonInterval(k, n);
          const mirror = wilsonInterval(n - k, n);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(estimate!).toBeGreaterThanOrEqual(low);
          expect(estimate!).toBeLessThanOrEqual(high);
          expect(mirror.low).toBeCloseTo(1 - high, 9);
          const honest = honestInterval(k, n);
          expect(honest.high - honest.low).toBeGreaterThan((high - low) * 0.8);
        },
      ),
    );
  });

  it('refuses more successes than items', () => {
    expect(() => wilsonInterval(3, 2)).toThrow(/successes <= total/);
    expect(() => honestInterval(1, 2, 1)).toThrow(/level/);
  });
});

it('normalQuantile knows 1.959964 and 2.326348, and is odd', () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963985, 7);
  expect(normalQuantile(0.01)).toBeCloseTo(-2.326347874, 7);
  expect(normalQuantile(0.5)).toBe(0);
  expect(() => normalQuantile(1)).toThrow(/0 < p < 1/);
});
