import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, type TestContext } from 'vitest';
import type { Engine } from '../src/engine/engine.js';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import type { TensorflowEngine } from '../src/engine/tensorflow/engine.js';
import { graph } from '../src/graph/graph.js';
import { input } from '../src/graph/node.js';
import * as ops from '../src/graph/ops.js';
import type { FeatureMatrix } from '../src/nn/features.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import type { Targets } from '../src/nn/targets.js';
import type { PredictMethod } from '../src/predict/method.js';
import type { ClassMoments, NumericMoments, PoolMoments } from '../src/predict/moments.js';
import { createPredictor } from '../src/predict/predictor.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { float32 } from '../src/tensor.js';
import { fitPosterior } from '../src/train/fit.js';
import { randomFeatures, randomPosterior } from './random-posterior.js';
import { javascriptTensorflow, requireNativeTensorflow } from './tensorflow-engines.js';

const onnx = createOnnxEngine();
const backends: readonly (readonly [string, (context: TestContext) => TensorflowEngine])[] = [
  ['in JavaScript', () => javascriptTensorflow],
  ['natively', requireNativeTensorflow],
];

/** 40 pictures of 8 x 8 in bytes, the brighter half first or last. */
function pictures(name: string): { features: FeatureMatrix; targets: Targets } {
  const noise = normal(stream(7).split(name), 40 * 64);
  const values = Int32Array.from({ length: 40 }, (_, row) => row % 2);
  const data = Uint8Array.from(noise, (value, i) => {
    const bright = Math.floor((i % 64) / 32) === values[Math.floor(i / 64)] ? 60 : 0;
    return Math.max(0, Math.min(255, 100 + bright + 30 * value));
  });
  return { features: { data, rows: 40, shape: [1, 8, 8] }, targets: { kind: 'class', values } };
}

function heights(name: string): { features: FeatureMatrix; targets: Targets } {
  const data = normal(stream(8).split(name), 60 * 3);
  const values = Float64Array.from({ length: 60 }, (_, row) => 5 + data[3 * row]! * 2);
  return { features: { data, rows: 60, shape: [3] }, targets: { kind: 'number', values } };
}

const cases: readonly (readonly [string, PartialModelSpec, typeof pictures])[] = [
  [
    'a conv net on bytes',
    {
      network: {
        layers: [
          { kind: 'conv2d', channels: 4, kernel: 3, padding: 1 },
          { kind: 'dropout', of: 'channels' },
          { kind: 'max-pool', size: 2 },
          { kind: 'relu' },
          { kind: 'dense', units: 8 },
          { kind: 'dropout' },
          { kind: 'relu' },
        ],
      },
      input: { shape: [1, 8, 8] },
      output: { kind: 'class', classes: 2 },
      batchSize: 8,
      drawsPerEpoch: 40,
      maxEpochs: 4,
      patience: 4,
    },
    pictures,
  ],
  [
    'an ensemble for numbers',
    {
      network: { preset: 'uci-50' },
      input: { shape: [3] },
      output: { kind: 'number' },
      posterior: { kind: 'ensemble', members: 2 },
      batchSize: 20,
      drawsPerEpoch: 100,
      maxEpochs: 4,
      patience: 4,
    },
    heights,
  ],
];

/** What the summed method is for: channels are dropped, and a convolution follows. */
const droppedChannels: PartialModelSpec = {
  network: {
    layers: [
      { kind: 'conv2d', channels: 6, kernel: 3 },
      { kind: 'dropout', of: 'channels', rate: 0.3 },
      { kind: 'conv2d', channels: 5, kernel: 3, padding: 1 },
      { kind: 'max-pool', size: 2 },
      { kind: 'relu' },
      { kind: 'dropout', rate: 0.2 },
    ],
  },
  input: { shape: [1, 8, 8] },
  output: { kind: 'class', classes: 3 },
};

async function trainAndScore(engine: Engine, spec: PartialModelSpec, rows: typeof pictures) {
  const posterior = await fitPosterior({
    engine,
    spec,
    train: rows('train'),
    validation: rows('validation'),
    seed: 3,
  });
  const predictor = await createPredictor({ engine, posterior, samples: 12 });
  const moments = await predictor.moments(rows('pool').features);
  await predictor.dispose();
  return { history: posterior.history, moments };
}

function numbersOf(moments: PoolMoments): number[] {
  const { meanProbs_N_C: probs, expectedEntropy_N: entropy } = moments as ClassMoments;
  if (probs) return [...probs, ...entropy];
  const numeric = moments as NumericMoments;
  return [numeric.mean_N, numeric.varianceOfMeans_N, numeric.meanOfVariances_N].flatMap(
    (values) => [...values],
  );
}

function expectAgreement(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-4 * (1 + Math.abs(value)));
  });
}

describe.each(backends)('TensorFlow %s', (_, engineOf) => {
  for (const [name, spec, rows] of cases) {
    it(`trains, scores and predicts ${name} like ONNX`, async (context) => {
      const [actual, expected] = [
        await trainAndScore(engineOf(context), spec, rows),
        await trainAndScore(onnx, spec, rows),
      ];
      const losses = (history: typeof actual.history) =>
        history.flatMap(({ loss, validationLoss }) => [loss, validationLoss!]);
      expectAgreement(losses(actual.history), losses(expected.history));
      expectAgreement(numbersOf(actual.moments), numbersOf(expected.moments));
    });
  }

  for (const method of ['summed', 'thinned'] as const) {
    it(`predicts with channels ${method} like ONNX without`, async (context) => {
      const posterior = randomPosterior(droppedChannels);
      const features = randomFeatures(droppedChannels.input.shape, 11);
      const moments = async (engine: Engine, by: PredictMethod, samples: number) => {
        const predictor = await createPredictor({ engine, posterior, samples, method: by });
        const result = await predictor.moments(features);
        await predictor.dispose();
        return result as ClassMoments;
      };
      // One, and more than one call of the summed method holds.
      for (const samples of [1, 67]) {
        const actual = await moments(engineOf(context), method, samples);
        const expected = await moments(onnx, 'naive', samples);
        expectAgreement(numbersOf(actual), numbersOf(expected));
        expect(actual.votes_N_C).toEqual(expected.votes_N_C);
      }
    });
  }

  it('gives all memory back: 200 steps, twice', async (context) => {
    const engine = engineOf(context);
    const spec: PartialModelSpec = { ...cases[0]![1], maxEpochs: 40, patience: 40 };
    const held = () => {
      const { numTensors, numBytes, numDataBuffers } = tf.memory();
      return { numTensors, numBytes, numDataBuffers };
    };
    const before = held();
    const first = await trainAndScore(engine, spec, pictures);
    expect(first.history.at(-1)!.step).toBe(200);
    expect(held()).toEqual(before);
    await trainAndScore(engine, spec, pictures);
    expect(held()).toEqual(before);
  });

  it('gives memory back when a run fails', async (context) => {
    const x = input('x', 'float32', ['N', 2]);
    const at = input('at', 'int32', ['M']);
    const program = await engineOf(context).compile(
      graph({ y: ops.scatterAdd(ops.exp(x), at, ops.exp(ops.gather(x, at))) }),
    );
    const before = tf.memory().numTensors;
    const inputs = {
      x: float32(Float32Array.of(1, 2), [1, 2]),
      at: { dtype: 'int32' as const, shape: [1], data: Int32Array.of(9) },
    };
    await expect(program.run(inputs)).rejects.toMatchObject({ code: 'engine_failed' });
    expect(tf.memory().numTensors).toBe(before);
    await program.dispose();
  });

  it('leaves the numbers it was given alone, and hands out its own', async (context) => {
    const x = input('x', 'float32', ['N']);
    const program = await engineOf(context).compile(graph({ same: x, doubled: ops.add(x, x) }));
    const data = Float32Array.of(1, 2, 3);
    const { same, doubled } = await program.run({ x: float32(data, [3]) });
    same!.data[0] = 9;
    doubled!.data[1] = 9;
    expect([...data]).toEqual([1, 2, 3]);
    await program.dispose();
  });

  it('shares a process with the other backend', async (context) => {
    const x = input('x', 'float32', ['N']);
    const programs = [
      await engineOf(context).compile(graph({ y: ops.multiply(ops.exp(x), x) })),
      await javascriptTensorflow.compile(graph({ y: ops.multiply(ops.exp(x), x) })),
    ];
    const inputs = { x: float32(Float32Array.of(0, 1), [2]) };
    const results = await Promise.all(
      [...programs, ...programs].map((program) => program.run(inputs)),
    );
    for (const { y } of results) expectAgreement([...y!.data], [0, Math.E]);
    for (const program of programs) await program.dispose();
  });
});
