import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import type { LabelledRows } from '../src/nn/targets.js';
import type { ClassMoments } from '../src/predict/moments.js';
import { createPredictor } from '../src/predict/predictor.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { fitPosterior } from '../src/train/fit.js';
import { uncertaintyOf } from './uncertainty-twin.js';

const [DIMENSIONS, CLASSES] = [30, 5];

/** Clouds around five points of 30 numbers. */
function clouds(name: string, rows: number): LabelledRows {
  const centres = normal(stream(51), CLASSES * DIMENSIONS);
  const noise = normal(stream(52).split(name), rows * DIMENSIONS);
  const values = Int32Array.from({ length: rows }, (_, row) => row % CLASSES);
  const data = noise.map((z, i) => {
    const [row, d] = [Math.floor(i / DIMENSIONS), i % DIMENSIONS];
    return 0.7 * centres[(row % CLASSES) * DIMENSIONS + d]! + 0.9 * z;
  });
  return {
    features: { data, rows, shape: [DIMENSIONS] },
    targets: { kind: 'class', values },
  };
}

describe('mean field as it is by default', () => {
  it('learns from fewer labels than a hundredth of its weights, and is uncertain of what it has not seen', async () => {
    const engine = createOnnxEngine();
    const posterior = await fitPosterior({
      engine,
      spec: {
        network: {
          layers: [
            { kind: 'dense', units: 96 },
            { kind: 'relu' },
            { kind: 'dense', units: 96 },
            { kind: 'relu' },
          ],
        },
        input: { shape: [DIMENSIONS] },
        output: { kind: 'class', classes: CLASSES },
        posterior: { kind: 'mean-field' },
      },
      train: clouds('train', 100),
      validation: clouds('validation', 100),
      seed: 5,
    });
    const predictor = await createPredictor({ engine, posterior, samples: 30 });
    const fresh = clouds('fresh', 300);
    const moments = (await predictor.moments(fresh.features)) as ClassMoments;
    const strange = await predictor.moments({
      data: normal(stream(53), 300 * DIMENSIONS).map((z) => 3 * z),
      rows: 300,
      shape: [DIMENSIONS],
    });
    await predictor.dispose();
    const right = Array.from({ length: 300 }, (_, row) => {
      const probs = moments.meanProbs_N_C.subarray(row * CLASSES, (row + 1) * CLASSES);
      return probs.indexOf(Math.max(...probs)) === row % CLASSES;
    });
    expect(right.filter(Boolean).length).toBeGreaterThan(270);
    const meanUncertainty = (of: typeof strange) =>
      uncertaintyOf(of).epistemic_N.reduce((sum, x) => sum + x / 300, 0);
    expect(meanUncertainty(strange)).toBeGreaterThan(2 * meanUncertainty(moments));
  });
});
