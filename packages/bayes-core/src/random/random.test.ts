import { describe, expect, it } from 'vitest';
import { permutation, subset } from './choice.js';
import { fillGamma } from './gamma.js';
import { normal } from './normal.js';
import { stream } from './stream.js';
import { bernoulli, uniform } from './uniform.js';

/**
 * Every statistical check below runs once per build with fixed seeds; its bound is chosen so that a
 * perfect generator would fail it with probability below 1e-6 under a random seed.
 */
const FALSE_ALARM_Z = 4.9;

/**
 * Kolmogorov-Smirnov distance times sqrt(n); a perfect sample exceeds 2.7 with probability 2 exp(-2
 * * 2.7^2) = 9e-7.
 */
function kolmogorovSmirnov(
  values: Float32Array | Float64Array,
  cdf: (x: number) => number,
): number {
  const sorted = Float64Array.from(values).sort();
  let distance = 0;
  sorted.forEach((x, i) => {
    const f = cdf(x);
    distance = Math.max(
      distance,
      Math.abs(f - i / sorted.length),
      Math.abs(f - (i + 1) / sorted.length),
    );
  });
  return distance * Math.sqrt(sorted.length);
}

/** Chi-square statistic as a z score by the Wilson-Hilferty transform. */
function chiSquareZ(counts: readonly number[], expected: number): number {
  const degrees = counts.length - 1;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const spread = 2 / (9 * degrees);
  return (Math.cbrt(statistic / degrees) - (1 - spread)) / Math.sqrt(spread);
}

/** Standard normal distribution function by Simpson's rule, exact to 1e-9 here. */
function normalCdf(x: number): number {
  const steps = 200;
  const h = x / steps;
  let sum = 1 + Math.exp(-0.5 * x * x);
  for (let i = 1; i < steps; i++) sum += (i % 2 ? 4 : 2) * Math.exp(-0.5 * (i * h) ** 2);
  return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

describe('streams', () => {
  it('give the same values for the same names, whatever was drawn before', () => {
    const a = stream(7).split('mask').split('dense1').at(3);
    uniform(stream(7), 100);
    const b = stream(7).split('mask').split('dense1').at(3);
    expect(uniform(a, 5)).toEqual(uniform(b, 5));
  });

  it('treat seed 0, negative and large seeds as different seeds', () => {
    const firsts = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1].map(
      (seed) => uniform(stream(seed), 1)[0],
    );
    expect(new Set(firsts).size).toBe(6);
  });

  it('refuse a seed that is no whole number', () => {
    expect(() => stream(0.5)).toThrow(/whole number/);
  });

  it('differ between names, indexes and nesting order', () => {
    const root = stream(1);
    const firsts = [
      root.split('a'),
      root.split('b'),
      root.split('ab'),
      root.split('a').split('b'),
      root.split('b').split('a'),
      root.at(0),
      root.at(1),
      root.at(0).at(1),
      root.at(1).at(0),
    ].map((part) => uniform(part, 1)[0]);
    expect(new Set(firsts).size).toBe(9);
  });

  it('are not shifted copies of one another and not correlated between neighbours', () => {
    const n = 20_000;
    for (const lag of [0, 1, 2, 7]) {
      const a = uniform(stream(3).at(10), n + lag);
      const b = uniform(stream(3).at(11), n);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (a[i + lag]! - 0.5) * (b[i]! - 0.5) * 12;
      expect(Math.abs(sum / Math.sqrt(n))).toBeLessThan(FALSE_ALARM_Z);
    }
  });

  it('show no serial correlation', () => {
    const u = uniform(stream(5), 100_001);
    let sum = 0;
    for (let i = 0; i < 100_000; i++) sum += (u[i]! - 0.5) * (u[i + 1]! - 0.5) * 12;
    expect(Math.abs(sum / Math.sqrt(100_000))).toBeLessThan(FALSE_ALARM_Z);
  });
});

describe('fills', () => {
  it('of uniforms follow the uniform distribution, within one stream and across streams', () => {
    expect(kolmogorovSmirnov(uniform(stream(0), 100_000), (x) => x)).toBeLessThan(2.7);
    const across = Float32Array.from({ length: 20_000 }, (_, i) => uniform(stream(0).at(i), 1)[0]!);
    expect(kolmogorovSmirnov(across, (x) => x)).toBeLessThan(2.7);
  });

  it('of uniforms never touch 0 or 1', () => {
    const values = uniform(stream(2), 1_000_000);
    expect(values.every((x) => x > 0 && x < 1)).toBe(true);
  });

  it('of normals follow the normal distribution, tails included', () => {
    const values = normal(stream(11), 200_000);
    expect(kolmogorovSmirnov(values, normalCdf)).toBeLessThan(2.7);
    const beyond = values.filter((x) => Math.abs(x) > 3.4426198).length;
    const expected = 200_000 * 2 * (1 - normalCdf(3.4426198));
    expect(Math.abs(beyond - expected) / Math.sqrt(expected)).toBeLessThan(FALSE_ALARM_Z);
  });

  it.each([0.05, 0.5, 0.9])('of Bernoulli values honour the probability %f', (p) => {
    const n = 200_001;
    const ones = bernoulli(stream(4), p, n).reduce((sum, x) => sum + x, 0);
    expect(Math.abs(ones - n * p) / Math.sqrt(n * p * (1 - p))).toBeLessThan(FALSE_ALARM_Z);
  });

  it('of Bernoulli values are independent between the halves of a hash', () => {
    const values = bernoulli(stream(8), 0.5, 200_000);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < values.length; i += 2) counts[values[i]! * 2 + values[i + 1]!]! += 1;
    expect(Math.abs(chiSquareZ(counts, 25_000))).toBeLessThan(FALSE_ALARM_Z);
  });

  it.each([0.3, 1, 4.5])(
    'of Gamma values have mean and variance equal to the shape %f',
    (shape) => {
      const n = 50_000;
      const values = new Float64Array(n);
      fillGamma(stream(9), shape, values);
      const mean = values.reduce((sum, x) => sum + x, 0) / n;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
      expect(Math.abs(mean - shape) / Math.sqrt(shape / n)).toBeLessThan(FALSE_ALARM_Z);
      const fourthCumulantSpread = Math.sqrt((2 * shape ** 2 + 6 * shape) / n);
      expect(Math.abs(variance - shape) / fourthCumulantSpread).toBeLessThan(FALSE_ALARM_Z);
    },
  );
});

describe('choices', () => {
  it('permute every element exactly once', () => {
    expect([...permutation(stream(1), 1000)].sort((a, b) => a - b)).toEqual([
      ...Array(1000).keys(),
    ]);
  });

  it('reach every order of three equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = permutation(stream(6).at(i), 3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    expect(Math.abs(chiSquareZ([...counts.values()], 2000))).toBeLessThan(FALSE_ALARM_Z);
  });

  it('take distinct members into a subset, each equally often', () => {
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const chosen = subset(stream(12).at(i), 10, 4);
      expect(new Set(chosen).size).toBe(4);
      for (const member of chosen) counts[member]! += 1;
    }
    // Members of one subset are negatively correlated, which only makes the statistic smaller.
    expect(chiSquareZ(counts, 4000)).toBeLessThan(FALSE_ALARM_Z);
  });

  it('refuse a subset larger than its set', () => {
    expect(() => subset(stream(1), 3, 4)).toThrow(/Cannot take 4 distinct numbers out of 3/);
  });
});
