import { describe, expect, it } from 'vitest';
import { accuracyDomain, linearScale, niceCeil, niceStep, ticks } from './scale';

describe('linearScale', () => {
  it('maps the ends of the domain to the ends of the range and back', () => {
    const scale = linearScale([10, 20], [100, 0]);
    expect(scale(10)).toBe(100);
    expect(scale(20)).toBe(0);
    expect(scale.invert(25)).toBe(17.5);
  });

  it('puts the only value of an empty domain in the middle', () => {
    expect(linearScale([3, 3], [0, 100])(3)).toBe(50);
  });
});

describe('ticks', () => {
  it('are round and carry no rounding dust', () => {
    expect(ticks(0, 1.2, 6)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2]);
    expect(ticks(0.6, 1, 4)).toEqual([0.6, 0.7, 0.8, 0.9, 1]);
    expect(ticks(0, 300, 6)).toEqual([0, 50, 100, 150, 200, 250, 300]);
  });

  it('stay inside the axis', () => {
    expect(ticks(3, 17, 3)).toEqual([5, 10, 15]);
  });

  it('survive a span of nothing', () => {
    expect(niceStep(0, 5)).toBe(1);
    expect(niceStep(Number.NaN, 5)).toBe(1);
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
      expect(ticks(domain[0], domain[1], 4)[0]).toBe(from);
    }
  });
});
