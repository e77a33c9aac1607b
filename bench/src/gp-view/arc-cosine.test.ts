import { normal, stream } from '@dubio/bayes-core';
import { describe, expect, it } from 'vitest';
import { arcCosineKernel, cholesky, exactGp } from './arc-cosine.js';

describe('arcCosineKernel', () => {
  it('is the covariance of random networks', () => {
    const [units, deviation, networks] = [64, 0.5, 20_000];
    const places = [-1.3, 0.4, 2];
    const source = stream(3).split('kernel');
    const draw = (name: string, count: number) =>
      normal(source.split(name), count).map((z) => z * deviation);
    const [w, b, v] = ['w', 'b', 'v'].map((name) => draw(name, networks * units));
    const last = draw('last', networks);
    const values = places.map((x) =>
      Float64Array.from({ length: networks }, (_, k) => {
        let sum = last[k]!;
        for (let j = k * units; j < (k + 1) * units; j++)
          sum += v![j]! * Math.max(0, w![j]! * x + b![j]!);
        return sum;
      }),
    );
    const kernel = arcCosineKernel(units, deviation);
    for (const [i, a] of places.entries()) {
      for (const [j, c] of places.entries()) {
        const products = values[i]!.map((value, k) => value * values[j]![k]!);
        const mean = products.reduce((sum, z) => sum + z, 0) / networks;
        const variance = products.reduce((sum, z) => sum + (z - mean) ** 2, 0) / networks;
        // Nine comparisons at 4.5 standard errors: a false alarm in about 16,000 seeds.
        const allowed = 4.5 * Math.sqrt(variance / networks);
        expect(Math.abs(mean - kernel(a, c))).toBeLessThan(allowed);
      }
    }
  });
});

describe('exactGp', () => {
  it('has the closed form of one observation', () => {
    const kernel = arcCosineKernel(10, 0.7);
    const [x, y, at, noise] = [0.5, 1.2, -0.8, 0.3];
    const { mean, variance, logEvidence } = exactGp(kernel, noise, { x: [x], y: [y] }, [at]);
    const total = kernel(x, x) + noise;
    expect(mean[0]).toBeCloseTo((kernel(x, at) / total) * y, 12);
    expect(variance[0]).toBeCloseTo(kernel(at, at) - kernel(x, at) ** 2 / total, 12);
    expect(logEvidence).toBeCloseTo(-0.5 * (y ** 2 / total + Math.log(2 * Math.PI * total)), 12);
  });

  it('knows less the farther from its data, and less than the prior does nowhere', () => {
    const kernel = arcCosineKernel(100, 0.4);
    const x = Array.from({ length: 20 }, (_, i) => -1 + i / 10);
    const { variance } = exactGp(kernel, 0.01, { x, y: x.map(Math.sin) }, [0, 1, 2, 4, 8]);
    expect([...variance]).toEqual([...variance].sort((a, b) => a - b));
    for (const [i, at] of [0, 1, 2, 4, 8].entries())
      expect(variance[i]).toBeLessThan(kernel(at, at));
  });
});

describe('cholesky', () => {
  it('gives the factor, and refuses what has none', () => {
    const lower = [2, 0, 0, 1, 3, 0, -1, 0.5, 1];
    const product = Float64Array.from({ length: 9 }, (_, i) => {
      const [row, column] = [Math.floor(i / 3), i % 3];
      return [0, 1, 2].reduce((sum, k) => sum + lower[row * 3 + k]! * lower[column * 3 + k]!, 0);
    });
    expect(
      Math.max(...cholesky(product, 3).map((value, i) => Math.abs(value - lower[i]!))),
    ).toBeLessThan(1e-12);
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/positive definite/);
  });
});
