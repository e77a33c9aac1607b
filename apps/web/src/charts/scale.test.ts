import { scaleLinear } from 'd3-scale';
import { describe, expect, it } from 'vitest';
import { accuracyDomain, niceCeil, tickDecimals } from './scale';

describe('a scale', () => {
  it('puts the only value of an empty domain in the middle', () => {
    expect(scaleLinear([3, 3], [0, 100])(3)).toBe(50);
  });
});

describe('tickDecimals', () => {
  it('tell ticks apart, and are none for whole numbers', () => {
    const decimals = (end: number, count: number) =>
      tickDecimals(scaleLinear([0, end], [0, 1]), count);
    expect(decimals(300, 6)).toBe(0);
    expect(decimals(6, 6)).toBe(0);
    expect(decimals(1.2, 6)).toBe(1);
    expect(decimals(0.3, 6)).toBe(2);
    expect(decimals(0, 6)).toBe(0);
  });
});

describe('niceCeil', () => {
  it('gives the next round end of an axis', () => {
    expect(niceCeil(1.07, 6)).toBe(1.2);
    expect(niceCeil(260, 6)).toBe(300);
    expect(niceCeil(48 * 0.025, 6)).toBe(1.2);
    expect(niceCeil(0)).toBe(1);
  });
});

describe('accuracyDomain', () => {
  it('starts at a step that carries a tick', () => {
    for (const [lowest, from] of [
      [0.559, 0.4],
      [0.688, 0.6],
      [0.6, 0.6],
      [0.97, 0.9],
      [0.05, 0],
    ] as const) {
      const domain = accuracyDomain(lowest);
      expect(domain).toEqual([from, 1]);
      expect(scaleLinear(domain, [0, 1]).ticks(4)[0]).toBe(from);
    }
  });
});
