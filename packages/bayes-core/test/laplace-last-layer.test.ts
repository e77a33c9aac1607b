import { describe, expect, it } from 'vitest';
import type { Parameters } from '../src/nn/parameters.js';
import type { LabelledRows } from '../src/nn/targets.js';
import { headTargets } from '../src/nn/targets.js';
import { familyOf, networkOf } from '../src/posterior/family-of.js';
import type { FittedPosterior } from '../src/posterior/fitted.js';
import { LAPLACE } from '../src/posterior/last-layer.js';
import { lastLayerPredictive } from '../src/predict/last-layer-predictive.js';
import type { ClassMoments, NumericMoments } from '../src/predict/moments.js';
import { createPredictor } from '../src/predict/predictor.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { fitPosterior } from '../src/train/fit.js';
import { classes, engine, numbers, rows, spec, UNITS } from './laplace-cases.js';
import { randomFeatures } from './random-posterior.js';

/** tanh(x W + b) with a 1 behind it. */
function hiddenOf(parameters: Parameters, x: ArrayLike<number>): number[] {
  const [weight, bias] = ['dense1.weight', 'dense1.bias'].map((name) => parameters[name]!.data);
  const units = Array.from({ length: UNITS }, (_, u) => {
    let sum = bias![u]!;
    for (let i = 0; i < 3; i++) sum += x[i]! * weight![i * UNITS + u]!;
    return Math.tanh(sum);
  });
  return [...units, 1];
}

/** Solves A z = b by Gaussian elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const a = matrix.map((row, i) => [...row, right[i]!]);
  const n = a.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[pivot]![k]!)) pivot = i;
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j <= n; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  const z = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = a[i]![n]!;
    for (let j = i + 1; j < n; j++) sum -= a[i]![j]! * z[j]!;
    z[i] = sum / a[i]![i]!;
  }
  return z;
}

function softmaxOf(logits: readonly number[]): number[] {
  const powers = logits.map((z) => Math.exp(z - Math.max(...logits)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

const rowOf = (data: ArrayLike<number>, row: number) =>
  Array.from({ length: 3 }, (_, i) => data[3 * row + i]!);

/**
 * x' (sum x x' / variance + precision)^-1 x: Bayesian linear regression on the last hidden layer.
 */
function regressionVariance(
  { members, targetScale }: FittedPosterior,
  train: LabelledRows,
  x: ArrayLike<number>,
): number {
  const { parameters } = members[0]!;
  const precision = parameters[LAPLACE.priorPrecision]!.data[0]!;
  const variance = numbers.noiseVariance / targetScale.deviation ** 2;
  const matrix = Array.from({ length: UNITS + 1 }, (_, i) =>
    Array.from({ length: UNITS + 1 }, (_, j) => (i === j ? precision : 0)),
  );
  for (let row = 0; row < train.features.rows; row++) {
    const hidden = hiddenOf(parameters, rowOf(train.features.data, row));
    hidden.forEach((a, i) => {
      hidden.forEach((b, j) => {
        matrix[i]![j]! += (a * b) / variance;
      });
    });
  }
  const own = hiddenOf(parameters, x);
  const solved = solve(matrix, own);
  const standardised = own.reduce((sum, h, i) => sum + h * solved[i]!, 0);
  return standardised * targetScale.deviation ** 2;
}

/**
 * Var(z_0 - z_1) of two logits, summed over the directions in which their weights are uncertain.
 */
function gapVariance(parameters: Parameters, hidden: readonly number[]): number {
  const [vIn, vOut, spreads] = [LAPLACE.inputVectors, LAPLACE.outputVectors, LAPLACE.spreads].map(
    (name) => parameters[name]?.data,
  );
  const width = hidden.length;
  let variance = 0;
  for (let k = 0; k < 2 * width; k++) {
    const [i, j] = [Math.floor(k / 2), k % 2];
    const along = hidden.reduce(
      (sum, h, d) =>
        vOut
          ? sum + h * vIn![d * width + i]! * (vOut[j]! - vOut[2 + j]!)
          : sum + h * (vIn![2 * d * 2 * width + k]! - vIn![(2 * d + 1) * 2 * width + k]!),
      0,
    );
    variance += (along * spreads![k]!) ** 2;
  }
  return variance;
}

describe('Laplace of the last layer, for numbers', () => {
  const train = rows('number', 300);
  const asked = randomFeatures([3], 20);

  it.each(['kronecker', 'full'] as const)(
    'is Bayesian linear regression on the hidden units (%s)',
    async (curvature) => {
      const posterior = await fitPosterior({
        engine,
        spec: spec(curvature, numbers),
        train,
        seed: 2,
      });
      const exact = await lastLayerPredictive({ engine, posterior, features: asked });
      if (exact.kind !== 'number') throw new Error('expected numbers');
      const predictor = await createPredictor({ engine, posterior, samples: 4000 });
      const sampled = (await predictor.moments(asked)) as NumericMoments;
      await predictor.dispose();
      for (let row = 0; row < asked.rows; row++) {
        const expected = regressionVariance(posterior, train, rowOf(asked.data, row));
        expect(exact.epistemicVariance_N[row]! / expected).toBeCloseTo(1, 3);
        // The variance of 4,000 normal draws is within 12 % but for a chance below 1e-6.
        expect(sampled.varianceOfMeans_N[row]! / expected).toBeGreaterThan(0.88);
        expect(sampled.varianceOfMeans_N[row]! / expected).toBeLessThan(1.12);
        expect(Math.abs(sampled.mean_N[row]! - exact.mean_N[row]!)).toBeLessThan(
          4.9 * Math.sqrt(expected / 4000) + 1e-5,
        );
      }
      expect(exact.aleatoricVariance).toBeCloseTo(numbers.noiseVariance, 6);
    },
  );
});

describe('Laplace of the last layer, for classes', () => {
  const train = rows('class', 200);
  const asked = randomFeatures([3], 30);

  it('has the second derivative of the training loss as its full curvature', async () => {
    const posterior = await fitPosterior({ engine, spec: spec('full', classes), train, seed: 2 });
    const { parameters } = posterior.members[0]!;
    const [weight, bias] = ['head.weight', 'head.bias'].map((name) => parameters[name]!.data);
    const weights = [...weight!, ...bias!];
    const direction = [...normal(stream(5), weights.length)];
    const hidden = Array.from({ length: 200 }, (_, row) =>
      hiddenOf(parameters, rowOf(train.features.data, row)),
    );
    const loss = (step: number) => {
      let sum = 0;
      hidden.forEach((inputs, row) => {
        const logits = [0, 1, 2].map((c) =>
          inputs.reduce(
            (s, h, d) => s + h * (weights[d * 3 + c]! + step * direction[d * 3 + c]!),
            0,
          ),
        );
        const top = Math.max(...logits);
        const total = logits.reduce((s, z) => s + Math.exp(z - top), 0);
        sum += Math.log(total) + top - logits[headTargets(train.targets)[0]!.values[row]!]!;
      });
      return sum;
    };
    const h = 1e-3;
    const expected = (loss(h) - 2 * loss(0) + loss(-h)) / h ** 2;
    const [vectors, spreads, precision] = [
      LAPLACE.inputVectors,
      LAPLACE.spreads,
      LAPLACE.priorPrecision,
    ].map((name) => parameters[name]!.data);
    let got = 0;
    for (let k = 0; k < weights.length; k++) {
      let along = 0;
      for (let i = 0; i < weights.length; i++)
        along += vectors![i * weights.length + k]! * direction[i]!;
      got += along ** 2 * (1 / spreads![k]! ** 2 - precision![0]!);
    }
    expect(got / expected).toBeCloseTo(1, 3);
  });

  it.each(['kronecker', 'full'] as const)(
    'has the variance of sampled logits, and by probit comes within 0.02 of samples, twice as near as without uncertainty (%s)',
    async (curvature) => {
      const posterior = await fitPosterior({
        engine,
        spec: spec(curvature, classes),
        train,
        seed: 3,
      });
      const closed = await lastLayerPredictive({ engine, posterior, features: asked });
      if (closed.kind !== 'class') throw new Error('expected classes');
      const { probs_N_C, logitMean_N_C, logitVariance_N_C } = closed;
      const predictor = await createPredictor({ engine, posterior, samples: 2000 });
      const { meanProbs_N_C } = (await predictor.moments(asked)) as ClassMoments;
      await predictor.dispose();
      const family = familyOf(posterior.spec.posterior);
      const samples = Array.from(
        { length: 2000 },
        (_, i) => family.sampleNetwork(posterior, networkOf(posterior), i).parameters,
      );
      let [withUncertainty, without, worst] = [0, 0, 0];
      for (let row = 0; row < asked.rows; row++) {
        const hidden = hiddenOf(posterior.members[0]!.parameters, rowOf(asked.data, row));
        const means = [...logitMean_N_C.subarray(row * 3, row * 3 + 3)];
        const certain = softmaxOf(means);
        for (let c = 0; c < 3; c++) {
          const at = row * 3 + c;
          const logits = samples.map((sample) => {
            const weight = sample['head.weight']!.data;
            const start = sample['head.bias']!.data[c]!;
            return hidden
              .slice(0, UNITS)
              .reduce((sum, h, d) => sum + h * weight[d * 3 + c]!, start);
          });
          const variance = logits.reduce((sum, z) => sum + (z - means[c]!) ** 2, 0) / 2000;
          // Within 16 % but for a chance below 1e-6: five standard errors sqrt(2 / 2000).
          expect(variance / logitVariance_N_C[at]!).toBeGreaterThan(0.84);
          expect(variance / logitVariance_N_C[at]!).toBeLessThan(1.16);
          withUncertainty += Math.abs(probs_N_C[at]! - meanProbs_N_C[at]!);
          worst = Math.max(worst, Math.abs(probs_N_C[at]! - meanProbs_N_C[at]!));
          without += Math.abs(certain[c]! - meanProbs_N_C[at]!);
        }
      }
      // What the probit and 2,000 samples leave is small against what the uncertainty changes.
      expect(withUncertainty).toBeLessThan(0.5 * without);
      expect(worst).toBeLessThan(0.02);
    },
  );

  it.each(['kronecker', 'full'] as const)(
    "of two is MacKay's probit of the difference of the logits (%s)",
    async (curvature) => {
      const { targets } = train;
      const two = Int32Array.from(headTargets(targets)[0]!.values, (y) => Math.min(y, 1));
      const posterior = await fitPosterior({
        engine,
        spec: spec(curvature, { kind: 'class', classes: 2 }),
        train: { ...train, targets: { kind: 'class', values: two } },
        seed: 3,
      });
      const closed = await lastLayerPredictive({ engine, posterior, features: asked });
      if (closed.kind !== 'class') throw new Error('expected classes');
      const { parameters } = posterior.members[0]!;
      for (let row = 0; row < asked.rows; row++) {
        const hidden = hiddenOf(parameters, rowOf(asked.data, row));
        const difference = closed.logitMean_N_C[2 * row]! - closed.logitMean_N_C[2 * row + 1]!;
        const widened = difference / Math.sqrt(1 + (Math.PI / 8) * gapVariance(parameters, hidden));
        expect(closed.probs_N_C[2 * row]).toBeCloseTo(1 / (1 + Math.exp(-widened)), 5);
      }
    },
  );

  it('is refused in closed form for other posteriors, by name', async () => {
    const posterior = await fitPosterior({
      engine,
      spec: { ...spec('full', classes), posterior: { kind: 'point' } },
      train,
      seed: 3,
    });
    await expect(lastLayerPredictive({ engine, posterior, features: asked })).rejects.toThrow(
      /needs a posterior of kind 'laplace-last-layer', got 'point'/,
    );
  });
});
