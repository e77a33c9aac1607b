import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentsOfNumberSamples, numberUncertainty } from './number-uncertainty.js';

const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const positive = fc.double({ min: 0, max: 1e3, noNaN: true });

describe('numberUncertainty', () => {
  it('finds the variance of means, the mean of variances and their sum', () => {
    const moments = momentsOfNumberSamples({
      rows: 2,
      samples: 2,
      means_N_T: [1, 3, 5, 5],
      variances_N_T: [0.5, 1.5, 2, 4],
    });
    expect([...(moments.mean_N as Float64Array)]).toEqual([2, 5]);
    const { epistemic_N, aleatoric_N, total_N } = numberUncertainty(moments);
    expect([...epistemic_N]).toEqual([1, 0]);
    expect([...aleatoric_N]).toEqual([1, 3]);
    expect([...total_N]).toEqual([2, 3]);
  });

  it('equals E[mu^2 + sigma^2] - E[mu]^2, the variance of the mixture', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, positive), { minLength: 1, maxLength: 8 }), (draws) => {
        const T = draws.length;
        const { total_N } = numberUncertainty(
          momentsOfNumberSamples({
            rows: 1,
            samples: T,
            means_N_T: draws.map(([m]) => m),
            variances_N_T: draws.map(([, v]) => v),
          }),
        );
        const mean = draws.reduce((sum, [m]) => sum + m / T, 0);
        const second = draws.reduce((sum, [m, v]) => sum + (m * m + v) / T, 0);
        expect(Math.abs(total_N[0]! - (second - mean * mean))).toBeLessThan(1e-8 * (1 + second));
      }),
    );
  });

  it('loses nothing to cancellation far from zero', () => {
    const { varianceOfMeans_N } = momentsOfNumberSamples({
      rows: 1,
      samples: 2,
      means_N_T: [1e9 - 1, 1e9 + 1],
    });
    expect(varianceOfMeans_N[0]).toBe(1);
  });

  it('refuses a negative variance and non-finite means', () => {
    const moments = {
      rows: 1,
      samples: 2,
      mean_N: [0],
      varianceOfMeans_N: [-1],
      meanOfVariances_N: [0],
    };
    expect(() => numberUncertainty(moments)).toThrow(/variance of means of row 0 is -1/);
    expect(() => numberUncertainty({ ...moments, mean_N: [Number.NaN] })).toThrow(
      /mean_N holds NaN/,
    );
  });
});

describe('samples of numbers', () => {
  const samples = { rows: 2, samples: 2, means_N_T: [1, 3, 5, 5] };

  it('must be as many as was said, means and variances', () => {
    expect(() => momentsOfNumberSamples({ ...samples, rows: 3 })).toThrow(/means_N_T must hold 6/);
    expect(() => momentsOfNumberSamples({ ...samples, variances_N_T: [1] })).toThrow(
      /variances_N_T must hold 4/,
    );
    expect(() => momentsOfNumberSamples({ ...samples, samples: 0 })).toThrow(/samples must be/);
    expect(() => momentsOfNumberSamples({ ...samples, means_N_T: [1, 3, 5, Number.NaN] })).toThrow(
      /holds NaN at 3/,
    );
  });

  it('without variances have no noise', () => {
    const { meanOfVariances_N, varianceOfMeans_N } = momentsOfNumberSamples(samples);
    expect([...(meanOfVariances_N as Float64Array)]).toEqual([0, 0]);
    expect([...(varianceOfMeans_N as Float64Array)]).toEqual([1, 0]);
  });
});
