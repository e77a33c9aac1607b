import { expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import type { LabelledRows } from '../src/nn/targets.js';
import { softplus } from '../src/posterior/gaussian-weights.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { fitPosterior } from '../src/train/fit.js';

const engine = createOnnxEngine();
const AT_MOST = 0.0009;

/**
 * Answers that have nothing to do with the inputs: every weight drifts towards its prior of
 * variance 1.
 */
function noise(): LabelledRows {
  const data = normal(stream(3), 60 * 4);
  const values = Int32Array.from(normal(stream(4), 60), (z) => (z > 0 ? 1 : 0));
  return { features: { data, rows: 60, shape: [4] }, targets: { kind: 'class', values } };
}

async function variances(kind: 'group-normal-jeffreys' | 'group-horseshoe', bound?: number) {
  const { members } = await fitPosterior({
    engine,
    spec: {
      network: { layers: [{ kind: 'dense', units: 6 }, { kind: 'relu' }] },
      input: { shape: [4] },
      output: { kind: 'class', classes: 2 },
      posterior: { kind, ...(bound === undefined ? {} : { firstVarianceAtMost: bound }) },
      optimiser: { learningRate: 0.02 },
      batchSize: 30,
      maxEpochs: 40,
    },
    train: noise(),
    seed: 1,
  });
  const { parameters } = members[0]!;
  const most = (layer: string) =>
    Math.max(
      ...['weight', 'bias'].flatMap((part) =>
        Array.from(parameters[`${layer}.${part}.rho`]!.data, (rho) => softplus(rho) ** 2),
      ),
    );
  return { first: most('dense1'), last: most('head') };
}

it.each(['group-normal-jeffreys', 'group-horseshoe'] as const)(
  '%s: no variance of the first layer is let above its bound, and only of that layer',
  async (kind) => {
    const free = await variances(kind);
    const bounded = await variances(kind, AT_MOST);
    expect(free.first).toBeGreaterThan(2 * AT_MOST);
    expect(bounded.first).toBeLessThan(AT_MOST * 1.001);
    expect(bounded.first).toBeGreaterThan(AT_MOST * 0.999);
    expect(bounded.last).toBeGreaterThan(2 * AT_MOST);
  },
);
