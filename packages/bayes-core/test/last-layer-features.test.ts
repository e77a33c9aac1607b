import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { createReferenceEngine } from '../src/engine/reference/engine.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import { lastLayerFeatures } from '../src/predict/last-layer-features.js';
import { createPredictor } from '../src/predict/predictor.js';
import { randomFeatures, randomPosterior } from './random-posterior.js';

const onnx = createOnnxEngine();
const nets: readonly (readonly [string, PartialModelSpec, number])[] = [
  [
    'a dense net',
    {
      network: { preset: 'mlp-512', units: 40 },
      input: { shape: [20] },
      output: { kind: 'class', classes: 4 },
    },
    40,
  ],
  [
    'a conv net',
    {
      network: { preset: 'batchbald-conv' },
      input: { shape: [1, 28, 28] },
      output: { kind: 'class', classes: 10 },
    },
    128,
  ],
  [
    'a net with scales for its groups',
    {
      network: { preset: 'mlp-512', units: 9 },
      input: { shape: [6] },
      output: { kind: 'class', classes: 3 },
      posterior: { kind: 'group-normal-jeffreys' },
    },
    9,
  ],
  [
    'a net without hidden layers',
    {
      network: { layers: [] },
      posterior: { kind: 'point' },
      input: { shape: [7] },
      output: { kind: 'number', noiseVariance: 0.1 },
    },
    7,
  ],
];

describe('lastLayerFeatures', () => {
  it.each(nets)(
    'of %s are the same on both engines, for any number of rows',
    async (_, spec, d) => {
      const posterior = randomPosterior(spec);
      const rows = randomFeatures(spec.input.shape, 11);
      const native = await lastLayerFeatures({ engine: onnx, posterior }, rows);
      const slow = await lastLayerFeatures({ engine: createReferenceEngine(), posterior }, rows);
      expect(native.dimensions).toBe(d);
      expect(native.features_N_D.length).toBe(11 * d);
      native.features_N_D.forEach((value, i) => {
        expect(value).toBeCloseTo(slow.features_N_D[i]!, 3);
      });
    },
  );

  it('give the prediction when the last layer is applied by hand', async () => {
    const spec: PartialModelSpec = {
      network: { preset: 'mlp-512', units: 12 },
      input: { shape: [5] },
      output: { kind: 'number', noiseVariance: 0.1 },
      posterior: { kind: 'point' },
    };
    const posterior = randomPosterior(spec);
    const rows = randomFeatures([5], 6);
    const { features_N_D, dimensions } = await lastLayerFeatures({ engine: onnx, posterior }, rows);
    const predictor = await createPredictor({ engine: onnx, posterior, samples: 1 });
    const predicted = await predictor.moments(rows);
    await predictor.dispose();
    const { 'head.weight': weight, 'head.bias': bias } = posterior.members[0]!.parameters;
    for (let n = 0; n < 6; n++) {
      let output = Number(bias!.data[0]);
      for (let d = 0; d < dimensions; d++)
        output += features_N_D[n * dimensions + d]! * Number(weight!.data[d]);
      const { mean, deviation } = posterior.targetScale;
      expect(predicted.kind === 'number' && predicted.mean_N[n]).toBeCloseTo(
        mean + deviation * output,
        4,
      );
    }
  });
});
