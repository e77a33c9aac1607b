import { describe, expect, it } from 'vitest';
import { EDGE } from './curve-data.js';
import { agreement, viewClaims } from './gp-claims.js';

const places = Array.from({ length: 241 }, (_, i) => (6 * EDGE * (i - 120)) / 120);
const view = (uncertainty: (x: number) => number) => ({
  mean: places.map((x) => x),
  deviation: places.map(uncertainty),
});

describe('viewClaims', () => {
  it('gives a growth of 2 to uncertainty that goes with the distance, and of 1 to uncertainty that stays', () => {
    expect(viewClaims(places, view(Math.abs)).growth).toBeCloseTo(2, 9);
    expect(viewClaims(places, view(Math.abs)).outside[0]).toBeCloseTo(1.5 * EDGE, 9);
    expect(
      viewClaims(
        places,
        view(() => 0.3),
      ),
    ).toEqual({
      inside: 0.3,
      outside: [0.3, 0.3, 0.3],
      growth: 1,
    });
  });
});

describe('agreement', () => {
  it('is perfect with itself, and tells scale from shape', () => {
    const exact = view((x) => 0.1 + Math.abs(x));
    const half = { ...view((x) => 0.05 + Math.abs(x) / 2), mean: places.map((x) => x + 0.2) };
    const { meanApart, insideRatio, outsideRatios, shape } = agreement(places, half, exact);
    expect(meanApart).toBeCloseTo(0.2, 9);
    for (const ratio of [insideRatio, ...outsideRatios]) expect(ratio).toBeCloseTo(0.5, 9);
    expect(shape).toBeCloseTo(1, 9);
    expect(
      agreement(
        places,
        view((x) => 1 / (0.1 + Math.abs(x))),
        exact,
      ).shape,
    ).toBeCloseTo(-1, 9);
  });
});
