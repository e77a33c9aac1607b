import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import type { LabelledRows } from '../src/nn/targets.js';
import { networkOf } from '../src/posterior/family-of.js';
import { lastLayerCurvature } from '../src/posterior/last-layer-curvature.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { fitPosterior } from '../src/train/fit.js';
import { meanOneWeights } from '../src/train/row-weights.js';
import { denseSpec, posteriorCases } from './posterior-cases.js';
import { randomFeatures } from './random-posterior.js';

const engine = createOnnxEngine();

/**
 * y = x + x^2 / 2 + noise, on which a straight line is wrong: where it is fitted decides which line
 * comes out.
 */
function bent(rows: number): LabelledRows & { weights: Float64Array } {
  const data = normal(stream(11), rows);
  const noise = normal(stream(12), rows);
  return {
    features: { data, rows, shape: [1] },
    targets: {
      kind: 'number',
      values: Float64Array.from(data, (x, i) => x + x ** 2 / 2 + 0.1 * noise[i]!),
    },
    weights: Float64Array.from(data, (x) => Math.exp(x)),
  };
}

/** Weighted least squares of y = a + b x. */
function leastSquares({ features, targets }: LabelledRows, weights: ArrayLike<number>) {
  if (targets.kind !== 'number') throw new Error('numbers are asked');
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < features.rows; i++) {
    const [x, y, own] = [features.data[i]!, targets.values[i]!, weights[i]!];
    w += own;
    wx += own * x;
    wy += own * y;
    wxx += own * x * x;
    wxy += own * x * y;
  }
  const slope = (w * wxy - wx * wy) / (w * wxx - wx ** 2);
  return { slope, intercept: (wy - slope * wx) / w };
}

const line: PartialModelSpec = {
  network: { layers: [] },
  input: { shape: [1] },
  output: { kind: 'number', noiseVariance: 1 },
  posterior: { kind: 'swag', epochs: 40, learningRate: 0.01 },
  optimiser: { kind: 'sgd', learningRate: 0.05 },
  batchSize: 50,
  maxEpochs: 40,
};

it('a line learned from weighted rows is the one of weighted least squares', async () => {
  const train = bent(400);
  const ones = new Float64Array(400).fill(1);
  const [weighted, plain] = [leastSquares(train, train.weights), leastSquares(train, ones)];
  const posterior = await fitPosterior({ engine, spec: line, train, seed: 1 });
  const { mean, deviation } = posterior.targetScale;
  const { parameters } = posterior.members[0]!;
  const found = {
    slope: parameters['head.weight']!.data[0]! * deviation,
    intercept: mean + parameters['head.bias']!.data[0]! * deviation,
  };
  const distance = (a: typeof found, b: typeof found) =>
    Math.hypot(a.slope - b.slope, a.intercept - b.intercept);
  expect(distance(weighted, plain)).toBeGreaterThan(0.5);
  expect(distance(found, weighted)).toBeLessThan(0.03);
});

describe.each(posteriorCases)('weighted rows under $name', (own) => {
  const spec = { ...denseSpec(own), batchSize: 20, maxEpochs: 4 };
  const rows = (count: number): LabelledRows => ({
    features: randomFeatures(spec.input.shape, count),
    targets: { kind: 'class', values: Int32Array.from({ length: count }, (_, i) => i % 3) },
  });
  const uneven = Float64Array.from({ length: 60 }, (_, i) => 1 + (i % 7));

  it('train to other weights, the same again after a stop; equal weights change no bit', async () => {
    const common = { engine, spec, seed: 6 };
    const checkpoints: Uint8Array[] = [];
    const train = { ...rows(60), weights: uneven };
    const weighted = await fitPosterior({
      ...common,
      train,
      onCheckpoint: (bytes) => checkpoints.push(bytes),
    });
    const plain = await fitPosterior({ ...common, train: rows(60) });
    const equal = await fitPosterior({
      ...common,
      train: { ...rows(60), weights: new Float64Array(60).fill(0.3) },
    });
    expect(equal.save()).toEqual(plain.save());
    expect(weighted.save()).not.toEqual(plain.save());
    expect(checkpoints.length).toBeGreaterThan(0);
    const [resumeFrom] = checkpoints;
    const resumed = await fitPosterior({ ...common, train, resumeFrom });
    expect(resumed.save()).toEqual(weighted.save());
    await expect(
      fitPosterior({ ...common, train: { ...train, weights: uneven.toReversed() }, resumeFrom }),
    ).rejects.toMatchObject({ code: 'weights_mismatch' });
  });
});

describe('validation rows with weights', () => {
  const spec: PartialModelSpec = { ...line, posterior: { kind: 'point' }, maxEpochs: 2 };
  const lossesWith = async (validation: LabelledRows) => {
    const { history } = await fitPosterior({
      engine,
      spec,
      train: { ...bent(200), weights: undefined },
      validation,
      seed: 4,
    });
    return history.map(({ validationLoss }) => validationLoss!);
  };
  /** Each row as often as its weight says: the slow twin of whole weights. */
  const repeated = (rows: LabelledRows, counts: readonly number[]): LabelledRows => {
    const places = counts.flatMap((count, i) => new Array<number>(count).fill(i));
    const values = rows.targets.kind === 'number' ? rows.targets.values : [];
    return {
      features: {
        ...rows.features,
        rows: places.length,
        data: Float32Array.from(places, (i) => rows.features.data[i]!),
      },
      targets: { kind: 'number', values: Float64Array.from(places, (i) => values[i]!) },
    };
  };

  it('stop training by the weighted mean of their losses', async () => {
    const rows = bent(30);
    const counts = Array.from({ length: 30 }, (_, i) => 1 + (i % 4));
    const weighted = await lossesWith({ ...rows, weights: counts });
    const twin = await lossesWith(repeated(rows, counts));
    const plain = await lossesWith({ ...rows, weights: undefined });
    weighted.forEach((loss, epoch) => {
      expect(loss).toBeCloseTo(twin[epoch]!, 5);
      expect(Math.abs(loss - plain[epoch]!)).toBeGreaterThan(1e-3);
    });
  });

  it('are refused by name', async () => {
    const rows = bent(30);
    await expect(lossesWith({ ...rows, weights: [1, 2] })).rejects.toThrow(
      /Validation rows: expected one weight for each of 30 rows/,
    );
  });
});

it.each(['class', 'number'] as const)(
  'the curvature of a Laplace posterior counts each row with its weight (%s)',
  async (kind) => {
    const counts = Array.from({ length: 300 }, (_, i) => 1 + (i % 3));
    const mean = counts.reduce((a, b) => a + b) / counts.length;
    const features = randomFeatures([3], 300);
    const values = Float64Array.from({ length: 300 }, (_, i) => features.data[3 * i]! * 2);
    const targets =
      kind === 'number'
        ? { kind, values }
        : { kind, values: Int32Array.from(values, (y) => (y > 0 ? 1 : 0)) };
    const posterior = await fitPosterior({
      engine,
      spec: {
        network: { layers: [{ kind: 'dense', units: 4 }, { kind: 'tanh' }] },
        input: { shape: [3] },
        output: kind === 'number' ? { kind, noiseVariance: 1 } : { kind, classes: 2 },
        posterior: { kind: 'laplace-last-layer', curvature: 'full' },
        maxEpochs: 1,
      },
      train: { features, targets },
      seed: 1,
    });
    const places = counts.flatMap((count, i) => new Array<number>(count).fill(i));
    const twice = {
      features: {
        ...features,
        rows: places.length,
        data: Float32Array.from(
          places.flatMap((i) => [...features.data.subarray(3 * i, 3 * i + 3)]),
        ),
      },
      targets,
    };
    const trained = {
      engine,
      spec: posterior.spec,
      network: networkOf(posterior),
      parameters: posterior.members[0]!.parameters,
      scale: posterior.targetScale,
      validation: null,
    };
    const weights = meanOneWeights(counts, 300, 'Training rows');
    const weighted = await lastLayerCurvature(
      { ...trained, train: { features, targets }, weights },
      true,
    );
    const repeated = await lastLayerCurvature({ ...trained, train: twice, weights: null }, true);
    for (const part of ['inputProducts', 'outputHessian', 'weightedProducts'] as const)
      weighted[part]!.forEach((sum, i) => {
        expect(sum * mean).toBeCloseTo(repeated[part]![i]!, 2);
      });
  },
);
