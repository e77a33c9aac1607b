import { describe, expect, it } from 'vitest';
import { expectedSlopes } from '../prior/expected-slopes.js';
import { multiplyPrior } from './multiply-prior.js';

const spikeAndSlab = { kind: 'scale-mixture', share: 0.25, wide: 1, narrow: 0.02 } as const;
const density = (w: number, deviation: number) =>
  Math.exp(-0.5 * (w / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
const logPrior = (w: number) => Math.log(0.25 * density(w, 1) + 0.75 * density(w, 0.02));

/** KL( N(m, d^2) || prior times factor ), up to a constant. */
function divergence(m: number, d: number, precision: number, shift: number): number {
  let value = -Math.log(d) + 0.5 * precision * (m * m + d * d) - shift * m;
  for (let z = -7; z <= 7; z += 0.01) value -= 0.01 * density(z, 1) * logPrior(m + d * z);
  return value;
}

describe('a spike and slab times a Gaussian factor', () => {
  it.each([
    ['far from the spike', 400, 0.6],
    ['on the spike', 400, 0.01],
    ['with hardly anything known', 0.5, 0.3],
  ])('%s: no Gaussian nearby is nearer than the one found', (_, precision, mean) => {
    const shift = precision * mean;
    const found = multiplyPrior(
      expectedSlopes(spikeAndSlab),
      { precision, shift },
      {
        precision: precision + 1,
        shift,
      },
    );
    const [m, d] = [found.shift / found.precision, found.precision ** -0.5];
    const least = divergence(m, d, precision, shift);
    for (const [dm, factor] of [
      [0.1, 1],
      [-0.1, 1],
      [0, 1.1],
      [0, 0.9],
    ] as const)
      expect(divergence(m + dm * d, d * factor, precision, shift)).toBeGreaterThan(least);
  });
});
