import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../../engine/reference/engine.js';
import { graph } from '../../graph/graph.js';
import { constant, input } from '../../graph/node.js';
import { add, multiply } from '../../graph/ops/elementwise.js';
import { matmul } from '../../graph/ops/linear.js';
import type { Head } from '../../nn/heads.js';
import { normal } from '../../random/normal.js';
import { stream } from '../../random/stream.js';
import { float32 } from '../../tensor.js';
import { answerMoments } from './answer-moments.js';
import { normalPoints, POINTS } from './normal-points.js';

/**
 * p = E[softmax z], H = E[H(softmax z)] and epistemic = H[p] - H, of one item with these logits.
 */
async function classesOf(
  means: readonly number[],
  covariance: readonly (readonly number[])[],
  interaction: number | null = null,
) {
  const classes = means.length;
  const head = { output: { kind: 'class', classes }, width: classes } as Head;
  const mean = input('mean', 'float32', ['N', classes]);
  const all = constant(Float32Array.from(covariance.flat()), [classes, classes]);
  const own = constant(
    Float32Array.from(means, (_, c) => covariance[c]![c]!),
    [1, classes],
  );
  const nodes = answerMoments(head, {
    mean,
    variance: add(multiply(mean, constant(0)), own),
    covariance: (direction) => matmul(direction, all),
    interaction: interaction === null ? null : constant(interaction, [1, 1]),
  });
  const program = await createReferenceEngine().compile(graph({ ...nodes }));
  const result = await program.run({ mean: float32(Float32Array.from(means), [1, classes]) });
  const probs = Array.from(result.probs!.data);
  const expected = result.entropy!.data[0]!;
  return { probs, entropy: expected, epistemic: entropy(probs) - expected, votes: result.votes! };
}

const softmax = (z: readonly number[]) => {
  const most = Math.max(...z);
  const powers = z.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((p) => p / sum);
};
const entropy = (p: readonly number[]) =>
  p.reduce((sum, q) => (q > 0 ? sum - q * Math.log(q) : sum), 0);
const diagonal = (values: readonly number[]) =>
  values.map((value, c) => values.map((_, d) => (c === d ? value : 0)));

it('points have mean 0 and variance 1 on every axis, each with its opposite', () => {
  const points = normalPoints(9);
  for (let axis = 0; axis < 9; axis++) {
    const own = Array.from({ length: POINTS }, (_, k) => points[k * 9 + axis]!);
    expect(own.reduce((a, b) => a + b)).toBeCloseTo(0, 12);
    expect(own.reduce((sum, z) => sum + z * z, 0) / POINTS).toBeCloseTo(1, 12);
  }
});

describe('Gaussian logits', () => {
  it.each([
    [0, 1],
    [1, 0.5],
    [3, 2],
    [5, 3],
    [-4, 1],
  ])(
    'of two classes, a gap of %f and deviation %f: as by fine integration',
    async (gap, deviation) => {
      let [p, h] = [0, 0];
      const step = 0.001;
      for (let z = -9; z < 9; z += step) {
        const density = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * step;
        const [, q] = softmax([0, gap + deviation * z]) as [number, number];
        p += density * q;
        h += density * entropy([1 - q, q]);
      }
      // Var(z_1 - z_0) = 0.3 + (deviation^2 - 0.1) - 2 * 0.1.
      const result = await classesOf(
        [0, gap],
        [
          [0.3, 0.1],
          [0.1, deviation ** 2 - 0.1],
        ],
      );
      expect(Math.abs(result.probs[1]! - p)).toBeLessThan(0.003);
      expect(Math.abs(result.entropy - h)).toBeLessThan(0.006);
    },
  );

  it('of five classes that depend on each other: uncertainties within 0.08 nats of 100,000 draws', async () => {
    const [classes, draws] = [5, 100_000];
    for (let trial = 0; trial < 10; trial++) {
      const source = stream(trial).split('gaussian classes');
      const root = normal(source.split('root'), classes * classes).map((x) => x / 2);
      const means = Array.from(normal(source.split('means'), classes), (m) => 2 * m);
      const along = (row: number, other: ArrayLike<number>, start: number) => {
        let sum = 0;
        for (let k = 0; k < classes; k++) sum += root[row * classes + k]! * other[start + k]!;
        return sum;
      };
      const covariance = means.map((_, c) => means.map((__, d) => along(c, root, d * classes)));
      const noise = normal(source.split('noise'), draws * classes);
      const mean = means.map(() => 0);
      let expected = 0;
      for (let t = 0; t < draws; t++) {
        const p = softmax(means.map((m, c) => m + along(c, noise, t * classes)));
        for (let c = 0; c < classes; c++) mean[c]! += p[c]! / draws;
        expected += entropy(p) / draws;
      }
      const result = await classesOf(means, covariance);
      expect(Math.abs(entropy(result.probs) - entropy(mean))).toBeLessThan(0.08);
      expect(Math.abs(result.epistemic - (entropy(mean) - expected))).toBeLessThan(0.08);
    }
  });

  it('that all move together change nothing', async () => {
    const moved = await classesOf(
      [11, 10, 9],
      [0, 1, 2].map((c) => [0, 1, 2].map((d) => (c === d ? 101 : 100))),
    );
    const still = await classesOf([1, 0, -1], diagonal([1, 1, 1]));
    moved.probs.forEach((p, c) => {
      expect(p).toBeCloseTo(still.probs[c]!, 4);
    });
  });

  it('far out stay within bounds', async () => {
    const { epistemic, probs } = await classesOf([0, 800, -800], diagonal([1e6, 1e6, 1e6]));
    expect(epistemic).toBeGreaterThanOrEqual(0);
    expect(epistemic).toBeLessThanOrEqual(Math.log(3));
    expect(probs.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });
});

describe('gaps that are products of noise', () => {
  const SAMPLES = 100_000;
  const factors = [1, 2, 3].map((k) => normal(stream(8).split('factor').at(k), SAMPLES));

  // Three layers with equal shares: 6 * 3 V^2 / (3 V)^2 = 2.
  it.each([
    [2, 0.2],
    [3, 0.3],
    [5, 0.35],
  ])(
    'of mean %d, each factor with deviation %d: uncertainty at least twice as near as that of Gaussian gaps',
    async (gap, deviation) => {
      let [p, conditional, squares] = [0, 0, 0];
      for (let i = 0; i < SAMPLES; i++) {
        const g = factors.reduce((product, z) => product * (1 + deviation * z[i]!), gap);
        const own = softmax([g, 0]);
        p += own[0]! / SAMPLES;
        conditional += entropy(own) / SAMPLES;
        squares += (g - gap) ** 2 / SAMPLES;
      }
      const expected = entropy([p, 1 - p]) - conditional;
      const covariance = diagonal([squares, 0]);
      const gaussian = await classesOf([gap, 0], covariance);
      const skewed = await classesOf([gap, 0], covariance, 2);
      expect(Math.abs(skewed.epistemic - expected)).toBeLessThan(
        0.5 * Math.abs(gaussian.epistemic - expected),
      );
    },
  );

  it('are Gaussian where nothing interacts', async () => {
    const covariance = diagonal([1, 0.5, 0.2]);
    const without = await classesOf([1, 0.5, 0], covariance);
    const none = await classesOf([1, 0.5, 0], covariance, 0);
    none.probs.forEach((p, c) => {
      expect(p).toBeCloseTo(without.probs[c]!, 6);
    });
  });
});
