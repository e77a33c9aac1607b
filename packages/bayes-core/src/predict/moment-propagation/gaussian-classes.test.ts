import { describe, expect, it } from 'vitest';
import { normal } from '../../random/normal.js';
import { stream } from '../../random/stream.js';
import { classUncertainty } from '../../uncertainty/class-uncertainty.js';
import type { ClassMoments } from '../moments.js';
import { gaussianClasses } from './gaussian-classes.js';
import { normalPoints, POINTS } from './normal-points.js';
import { pairIndex, pairsOf } from './pairs.js';

function momentsOf(means: number[], covariance: number[][]): ClassMoments {
  const classes = means.length;
  const reader = gaussianClasses(1, classes);
  const pairs = pairsOf(classes).map(([c, d]) => covariance[c]![d]!);
  reader.add(means, pairs, 0);
  return reader.finish() as ClassMoments;
}

const softmax = (z: readonly number[]) => {
  const most = Math.max(...z);
  const powers = z.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((p) => p / sum);
};
const entropy = (p: readonly number[]) =>
  p.reduce((sum, q) => (q > 0 ? sum - q * Math.log(q) : sum), 0);

describe('normalPoints', () => {
  it('have mean 0 and variance 1 on every axis, each point with its opposite', () => {
    const points = normalPoints(9);
    for (let axis = 0; axis < 9; axis++) {
      const own = Array.from({ length: POINTS }, (_, k) => points[k * 9 + axis]!);
      expect(own.reduce((a, b) => a + b)).toBeCloseTo(0, 12);
      expect(own.reduce((sum, z) => sum + z * z, 0) / POINTS).toBeCloseTo(1, 12);
    }
  });

  it('are counted by pairs in the order of pairIndex', () => {
    pairsOf(5).forEach(([c, d], i) => {
      expect(pairIndex(5, c, d)).toBe(i);
      expect(pairIndex(5, d, c)).toBe(i);
    });
  });
});

describe('gaussianClasses', () => {
  it.each([
    [0, 1],
    [1, 0.5],
    [3, 2],
    [5, 3],
    [-4, 1],
  ])('two classes, a gap of %f and deviation %f: as by fine integration', (gap, deviation) => {
    let [p, h] = [0, 0];
    const step = 0.001;
    for (let z = -9; z < 9; z += step) {
      const density = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * step;
      const [, q] = softmax([0, gap + deviation * z]) as [number, number];
      p += density * q;
      h += density * entropy([1 - q, q]);
    }
    const moments = momentsOf(
      [0, gap],
      [
        [0.3, 0.1],
        [0.1, deviation ** 2 - 0.1],
      ],
    );
    // Var(z_1 - z_0) = 0.3 + deviation^2 - 0.1 - 0.2.
    expect(Math.abs(moments.meanProbs_N_C[1]! - p)).toBeLessThan(0.003);
    expect(Math.abs(moments.expectedEntropy_N[0]! - h)).toBeLessThan(0.006);
  });

  it('five classes with correlated logits: within 0.08 nats of 200,000 draws', () => {
    const classes = 5;
    for (let trial = 0; trial < 10; trial++) {
      const source = stream(trial).split('gaussian classes');
      const root = normal(source.split('root'), classes * classes);
      const means = Array.from(normal(source.split('means'), classes), (m) => 2 * m);
      const covariance = means.map((_, c) =>
        means.map((__, d) => {
          let sum = 0;
          for (let k = 0; k < classes; k++) sum += root[c * classes + k]! * root[d * classes + k]!;
          return sum;
        }),
      );
      const draws = 200_000;
      const noise = normal(source.split('noise'), draws * classes);
      const mean = means.map(() => 0);
      let expected = 0;
      for (let t = 0; t < draws; t++) {
        const p = softmax(
          means.map((m, c) => {
            let z = m;
            for (let k = 0; k < classes; k++) z += root[c * classes + k]! * noise[t * classes + k]!;
            return z;
          }),
        );
        for (let c = 0; c < classes; c++) mean[c]! += p[c]! / draws;
        expected += entropy(p) / draws;
      }
      const moments = momentsOf(means, covariance);
      const { epistemic_N, total_N } = classUncertainty(moments);
      expect(Math.abs(total_N[0]! - entropy(mean))).toBeLessThan(0.08);
      expect(Math.abs(epistemic_N[0]! - (entropy(mean) - expected))).toBeLessThan(0.08);
    }
  });

  it('what moves all logits together changes nothing', () => {
    const moved = momentsOf(
      [11, 10, 9],
      [
        [101, 100, 100],
        [100, 101, 100],
        [100, 100, 101],
      ],
    );
    const still = momentsOf(
      [1, 0, -1],
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    );
    moved.meanProbs_N_C.forEach((p, c) => {
      expect(p).toBeCloseTo(still.meanProbs_N_C[c]!, 5);
    });
  });

  it('stays within bounds far out, and refuses what is not a number', () => {
    const extreme = momentsOf(
      [0, 800, -800],
      [
        [1e6, 0, 0],
        [0, 1e6, 0],
        [0, 0, 1e6],
      ],
    );
    const { epistemic_N } = classUncertainty(extreme);
    expect(epistemic_N[0]).toBeGreaterThanOrEqual(0);
    expect(epistemic_N[0]).toBeLessThanOrEqual(Math.log(3));
    expect(() =>
      momentsOf(
        [0, Number.NaN],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    ).toThrow(/row 0/);
  });
});
