import { describe, expect, it } from 'vitest';
import type { PriorSpec } from '../nn/posterior-spec.js';
import { expectedSlopes } from './expected-slopes.js';

const gaussian = (w: number, deviation: number) =>
  Math.exp(-0.5 * (w / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));

const priors: readonly (readonly [string, PriorSpec, (w: number) => number])[] = [
  ['Gaussian', { kind: 'gaussian', deviation: 0.5 }, (w) => Math.log(gaussian(w, 0.5))],
  ['Laplace', { kind: 'laplace', scale: 0.3 }, (w) => -Math.abs(w) / 0.3],
  [
    'scale mixture',
    { kind: 'scale-mixture', share: 0.25, wide: 1, narrow: 0.05 },
    (w) => Math.log(0.25 * gaussian(w, 1) + 0.75 * gaussian(w, 0.05)),
  ],
];

/** E ln p(w) under N(mean, deviation^2), on 20,000 nodes. */
function expected(logDensity: (w: number) => number, mean: number, deviation: number): number {
  const [count, reach] = [20_000, 8];
  let sum = 0;
  for (let i = 0; i <= count; i++) {
    const z = reach * ((2 * i) / count - 1);
    sum += gaussian(z, 1) * logDensity(mean + deviation * z);
  }
  return (sum * 2 * reach) / count;
}

describe('what a prior contributes to a Gaussian', () => {
  it.each(priors)('%s: slope and curvature of E ln p in the mean', (_, spec, logDensity) => {
    for (const mean of [-0.8, -0.05, 0, 0.12, 1.5]) {
      for (const deviation of [0.02, 0.1, 0.6]) {
        const h = deviation / 20;
        const [before, at, after] = [mean - h, mean, mean + h].map((m) =>
          expected(logDensity, m, deviation),
        ) as [number, number, number];
        const { slope, curvature } = expectedSlopes(spec)(mean, deviation);
        const size = 1 + Math.abs(slope) + Math.abs(curvature);
        expect(Math.abs(slope - (after - before) / (2 * h)) / size).toBeLessThan(2e-3);
        expect(Math.abs(curvature - (after - 2 * at + before) / h ** 2) / size).toBeLessThan(5e-3);
      }
    }
  });
});
