import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { createReferenceEngine } from '../src/engine/reference/engine.js';
import { graph } from '../src/graph/graph.js';
import { constant, input, type Node } from '../src/graph/node.js';
import { add, multiply } from '../src/graph/ops/elementwise.js';
import type { FeatureMatrix } from '../src/nn/features.js';
import type { LayerSpec, PartialModelSpec } from '../src/nn/spec.js';
import { familyOf, networkOf } from '../src/posterior/family-of.js';
import type { FittedPosterior } from '../src/posterior/fitted.js';
import {
  createMomentPredictor,
  momentProblem,
} from '../src/predict/moment-propagation/moment-predictor.js';
import { outputMoments } from '../src/predict/moment-propagation/output-moments.js';
import type { NumericMoments, PoolMoments } from '../src/predict/moments.js';
import { createPredictor } from '../src/predict/predictor.js';
import { float32, sizeOf } from '../src/tensor.js';
import { referenceMoments } from './moment-reference.js';
import { posteriorNets } from './posterior-cases.js';
import { randomFeatures, randomPosterior } from './random-posterior.js';
import { type TwinUncertainty, uncertaintyOf } from './uncertainty-twin.js';

const onnx = createOnnxEngine();
const number = { kind: 'number', noiseVariance: 0.5 } as const;
const meanField = { kind: 'mean-field', initialDeviation: 0.2 } as const;
const dropout = { kind: 'mc-dropout', rate: 0.3 } as const;
const drop: LayerSpec = { kind: 'dropout' };
const dropChannels: LayerSpec = { kind: 'dropout', of: 'channels' };
const dense = (units: number): LayerSpec => ({ kind: 'dense', units });

async function fast(
  posterior: FittedPosterior,
  features: FeatureMatrix,
  engine = onnx,
): Promise<PoolMoments> {
  const predictor = createMomentPredictor({ engine, posterior });
  try {
    return await predictor.moments(features);
  } finally {
    await predictor.dispose();
  }
}

async function sampled(
  posterior: FittedPosterior,
  features: FeatureMatrix,
  samples: number,
): Promise<PoolMoments> {
  const predictor = await createPredictor({ engine: onnx, posterior, samples });
  try {
    return await predictor.moments(features);
  } finally {
    await predictor.dispose();
  }
}

/**
 * Mean [N, C] and the columns of the covariance, [N, C] each, as the graph carries them, in
 * float64.
 */
async function outputs(posterior: FittedPosterior, features: FeatureMatrix) {
  const network = networkOf(posterior);
  const { parameters } = posterior.members[0]!;
  const weights = familyOf(posterior.spec.posterior).weightMoments(posterior)!;
  const x: Node = input('features', 'float32', ['N', ...network.inputShape]);
  const [moments] = outputMoments({ network, parameters, weights }, x);
  const { mean, variance, covariance } = moments!;
  const width = network.outputs;
  const columns = Array.from({ length: width }, (_, c) => {
    const unit = Float32Array.from({ length: width }, (__, d) => (c === d ? 1 : 0));
    return [`column${c}`, covariance(add(multiply(mean, constant(0)), constant(unit, [1, width])))];
  });
  const program = await createReferenceEngine().compile(
    graph({ mean, variance: variance!, ...Object.fromEntries(columns) }),
  );
  const shape = [features.rows, ...features.shape];
  const results = await program.run({ features: float32(features.data as Float32Array, shape) });
  return (name: string, row: number, c: number) => results[name]!.data[row * width + c]!;
}

const relative = (a: number, b: number) => Math.abs(a - b) / Math.max(1e-9, Math.abs(b));

describe('what is exact', () => {
  it('a linear model with dropped inputs: sum of rate / (1 - rate) (w x)^2', async () => {
    const posterior = randomPosterior({
      network: { layers: [drop] },
      input: { shape: [6] },
      output: number,
      posterior: dropout,
    });
    const features = randomFeatures([6], 5);
    const moments = (await fast(posterior, features)) as NumericMoments;
    const weight = posterior.members[0]!.parameters['head.weight']!.data;
    for (let row = 0; row < 5; row++) {
      const x = Array.from(features.data.subarray(row * 6, row * 6 + 6));
      const variance = x.reduce(
        (sum, value, i) => sum + (0.3 / 0.7) * (value * weight[i]!) ** 2,
        0,
      );
      expect(relative(moments.varianceOfMeans_N[row]!, 9 * variance)).toBeLessThan(1e-5);
      expect(moments.meanOfVariances_N[row]).toBe(0.5);
    }
  });

  it('a linear model with Gaussian weights: sum of (s x)^2 and the variance of the bias', async () => {
    const posterior = randomPosterior({
      network: { layers: [] },
      input: { shape: [6] },
      output: number,
      posterior: meanField,
    });
    const features = randomFeatures([6], 5);
    const moments = (await fast(posterior, features)) as NumericMoments;
    const { parameters } = posterior.members[0]!;
    const variance = (name: string, i: number) =>
      Math.log1p(Math.exp(parameters[`head.${name}.rho`]!.data[i]!)) ** 2;
    for (let row = 0; row < 5; row++) {
      const x = Array.from(features.data.subarray(row * 6, row * 6 + 6));
      const sum = x.reduce((all, value, i) => all + value ** 2 * variance('weight', i), 0);
      expect(
        relative(moments.varianceOfMeans_N[row]!, 9 * (sum + variance('bias', 0))),
      ).toBeLessThan(1e-5);
    }
  });

  it.each([
    ['units, two linear layers', [4], [drop, dense(5)]],
    [
      'channels, a convolution and a linear layer',
      [3, 5, 5],
      [dropChannels, { kind: 'conv2d', channels: 4, kernel: 3, padding: 1 }, dense(3)],
    ],
    ['channels, a linear layer', [4, 3, 3], [dropChannels, dense(5)]],
    [
      'channels, average pooling between two convolutions',
      [3, 6, 6],
      [
        dropChannels,
        { kind: 'conv2d', channels: 4, kernel: 2 },
        { kind: 'average-pool', size: 2 },
        { kind: 'conv2d', channels: 2, kernel: 2 },
      ],
    ],
  ] as readonly (readonly [string, readonly number[], readonly LayerSpec[]])[])(
    'dropped %s: mean and variance over every possible mask',
    async (_name, shape, layers) => {
      const posterior = randomPosterior({
        network: { layers },
        input: { shape },
        output: number,
        posterior: dropout,
      });
      const features = randomFeatures(shape, 3);
      const moments = (await fast(posterior, features)) as NumericMoments;
      const exact = await overAllMasks(posterior, features);
      for (let row = 0; row < 3; row++) {
        expect(Math.abs(moments.mean_N[row]! - exact.mean[row]!)).toBeLessThan(1e-4);
        expect(relative(moments.varianceOfMeans_N[row]!, exact.variance[row]!)).toBeLessThan(1e-4);
      }
    },
  );
});

/**
 * Mean and variance over all masks of the only, first dropout, each with its probability: inputs
 * are masked by hand.
 */
async function overAllMasks(posterior: FittedPosterior, features: FeatureMatrix) {
  const { maskSize, rate } = networkOf(posterior).layers[0] as { maskSize: number; rate: number };
  const point = {
    ...posterior,
    spec: { ...posterior.spec, posterior: { kind: 'point' as const } },
  };
  const size = sizeOf(features.shape);
  const cells = size / maskSize;
  const sums = { mean: [0, 0, 0], square: [0, 0, 0] };
  for (let mask = 0; mask < 2 ** maskSize; mask++) {
    const isKept = (i: number) => (mask >> Math.floor((i % size) / cells)) & 1;
    const data = features.data.map((x, i) => (isKept(i) ? x / (1 - rate) : 0)) as Float32Array;
    const kept = Array.from({ length: maskSize }, (_, i) => (mask >> i) & 1);
    const probability = kept.reduce((all, on) => all * (on ? 1 - rate : rate), 1);
    const moments = (await fast(point, { ...features, data })) as NumericMoments;
    moments.mean_N.forEach((y, row) => {
      sums.mean[row]! += probability * y;
      sums.square[row]! += probability * y * y;
    });
  }
  const variance = sums.square.map((square, row) => square - sums.mean[row]! ** 2);
  return { mean: sums.mean, variance };
}

describe('against loops in float64', () => {
  const gapOfLikeliest = (mean: readonly number[]) => {
    const order = mean.map((_, c) => c).sort((a, b) => mean[b]! - mean[a]!);
    return mean.map((_, c) => (c === order[0] ? 1 : c === order[1] ? -1 : 0));
  };
  const layers: LayerSpec[] = [
    drop,
    dense(7),
    { kind: 'relu' },
    drop,
    dense(6),
    { kind: 'tanh' },
    drop,
    dense(5),
    { kind: 'relu' },
    drop,
  ];

  it.each([
    ['dropout', dropout],
    ['mean field', meanField],
  ])('%s through three hidden layers', async (_name, posterior) => {
    const fitted = randomPosterior({
      network: { layers },
      input: { shape: [4] },
      output: { kind: 'class', classes: 3 },
      posterior,
    });
    const features = randomFeatures([4], 6);
    const got = await outputs(fitted, features);
    for (let row = 0; row < 6; row++) {
      const x = Array.from(features.data.subarray(row * 4, row * 4 + 4));
      const expected = referenceMoments(fitted, x, gapOfLikeliest);
      for (let c = 0; c < 3; c++) {
        expect(Math.abs(got('mean', row, c) - expected.mean[c]!)).toBeLessThan(1e-5);
        expect(Math.abs(got('variance', row, c) - expected.covariance[c]![c]!)).toBeLessThan(1e-4);
        for (let d = 0; d < 3; d++) {
          const difference = got(`column${c}`, row, d) - expected.covariance[c]![d]!;
          expect(Math.abs(difference)).toBeLessThan(1e-4);
        }
      }
    }
  });
});

/** Uncertainties that do not depend on the kind of answer. */
function uncertainties(moments: PoolMoments) {
  const { total_N, aleatoric_N, epistemic_N } = uncertaintyOf(moments) as Exclude<
    TwinUncertainty,
    { kind: 'fields' }
  >;
  return { total_N, aleatoric_N, epistemic_N };
}

const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;

describe('against posterior samples', () => {
  const supported = posteriorNets.filter(
    ([, spec]) => momentProblem(randomPosterior(spec).spec) === null,
  );

  // The approximation itself, not noise: widths of 5 and 6 are far from the sums of many units that
  // it is made for.
  it.each(supported)(
    '%s: uncertainties of about the size that 2,000 samples show',
    async (_name, spec) => {
      const posterior = randomPosterior(spec);
      const features = randomFeatures(spec.input.shape, 40);
      const own = uncertainties(await fast(posterior, features));
      const theirs = uncertainties(await sampled(posterior, features, 2000));
      expect(relative(mean(own.epistemic_N), mean(theirs.epistemic_N))).toBeLessThan(0.35);
      expect(relative(mean(own.total_N), mean(theirs.total_N))).toBeLessThan(0.05);
      own.epistemic_N.forEach((uncertainty, row) => {
        expect(uncertainty).toBeGreaterThanOrEqual(0);
        expect(uncertainty).toBeLessThanOrEqual(Math.log(3));
        expect(own.aleatoric_N[row]! + uncertainty).toBeCloseTo(own.total_N[row]!, 9);
      });
    },
  );

  it.each([
    ['a shared noise', number],
    ['a noise for each item', { kind: 'number', noise: 'per-item' } as const],
  ])('numbers with %s: mean and both variances within 15 %', async (_name, output) => {
    const posterior = randomPosterior({
      network: { layers: [dense(64), { kind: 'relu' }, drop, dense(64), { kind: 'relu' }, drop] },
      input: { shape: [5] },
      output,
      posterior: { kind: 'mc-dropout', rate: 0.2 },
    });
    const features = randomFeatures([5], 40);
    const own = (await fast(posterior, features)) as NumericMoments;
    const theirs = (await sampled(posterior, features, 4000)) as NumericMoments;
    for (const part of ['varianceOfMeans_N', 'meanOfVariances_N'] as const) {
      expect(relative(mean(own[part]), mean(theirs[part]))).toBeLessThan(0.15);
    }
    own.mean_N.forEach((y, row) => {
      const spread = Math.sqrt(theirs.varianceOfMeans_N[row]!);
      expect(Math.abs(y - theirs.mean_N[row]!)).toBeLessThan(0.3 * spread);
    });
  });

  it('several fields and choices: the uncertainties of each', async () => {
    const posterior = randomPosterior({
      network: { layers: [dense(48), { kind: 'relu' }, drop, dense(48), { kind: 'relu' }, drop] },
      input: { shape: [5] },
      output: {
        kind: 'fields',
        fields: [
          { name: 'kind', output: { kind: 'class', classes: 4 } },
          { name: 'tags', output: { kind: 'choices', choices: 3 } },
          { name: 'size', output: { kind: 'number' } },
        ],
      },
      posterior: { kind: 'mc-dropout', rate: 0.2 },
    });
    const features = randomFeatures([5], 30);
    const own = uncertaintyOf(await fast(posterior, features));
    const theirs = uncertaintyOf(await sampled(posterior, features, 2000));
    if (own.kind !== 'fields' || theirs.kind !== 'fields') throw new Error('expected fields');
    own.fields.forEach((field, k) => {
      const other = theirs.fields[k]!;
      expect(relative(mean(field.epistemic_N), mean(other.epistemic_N))).toBeLessThan(0.3);
    });
  });
});

describe('the predictor', () => {
  const spec: PartialModelSpec = {
    network: { layers: [dense(8), { kind: 'relu' }, drop] },
    input: { shape: [4] },
    output: { kind: 'class', classes: 3 },
  };

  it('gives the same on every engine, and for rows one by one', async () => {
    const posterior = randomPosterior(spec);
    const features = randomFeatures([4], 9);
    const whole = uncertainties(await fast(posterior, features)).epistemic_N;
    const other = uncertainties(
      await fast(posterior, features, createReferenceEngine()),
    ).epistemic_N;
    for (let row = 0; row < 9; row++) {
      const one = { ...features, data: features.data.slice(row * 4, row * 4 + 4), rows: 1 };
      const single = uncertainties(await fast(posterior, one)).epistemic_N[0]!;
      expect(Math.abs(single - whole[row]!)).toBeLessThan(1e-6);
      expect(Math.abs(other[row]! - whole[row]!)).toBeLessThan(1e-5);
    }
  });

  it('has no epistemic uncertainty where nothing is uncertain', async () => {
    const posterior = randomPosterior({ ...spec, posterior: { kind: 'point' } });
    const { epistemic_N, total_N } = uncertainties(await fast(posterior, randomFeatures([4], 9)));
    expect(Math.max(...epistemic_N)).toBeLessThan(1e-6);
    expect(Math.min(...total_N)).toBeGreaterThan(0);
  });

  it.each([
    [{ posterior: { kind: 'ensemble', members: 3 } }, /ensemble of 3 networks.*exact/],
    [{ posterior: { kind: 'swag', epochs: 2, rank: 2 } }, /SWAG.*exact/],
    [
      { output: { kind: 'class', classes: 3, logitNoise: { draws: 8 } } },
      /noise of the logits.*exact/,
    ],
  ] as readonly (readonly [Partial<PartialModelSpec>, RegExp])[])(
    'refuses %j and says what to do',
    (change, message) => {
      const posterior = randomPosterior({ ...spec, ...change });
      expect(() => createMomentPredictor({ engine: onnx, posterior })).toThrow(message);
    },
  );

  it('refuses rows that are not numbers, and stops on request', async () => {
    const predictor = createMomentPredictor({ engine: onnx, posterior: randomPosterior(spec) });
    const data = new Float32Array(8).fill(Number.NaN, 5, 6);
    await expect(predictor.moments({ data, rows: 2, shape: [4] })).rejects.toThrow(
      /value 1 of row 1 is NaN/,
    );
    await expect(
      predictor.moments(randomFeatures([4], 3), { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'aborted' });
    await predictor.dispose();
  });
});
