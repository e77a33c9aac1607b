import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../src/engine/engine.js';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { createReferenceEngine } from '../src/engine/reference/engine.js';
import { exportPredictiveOnnx } from '../src/io/onnx-export.js';
import type { FeatureMatrix } from '../src/nn/features.js';
import type { OutputSpec, PartialModelSpec, SingleOutputSpec } from '../src/nn/spec.js';
import type { FittedPosterior } from '../src/posterior/fitted.js';
import { loadPosterior } from '../src/posterior/load.js';
import type { PredictMethod } from '../src/predict/method.js';
import type { PoolMoments, SingleMoments } from '../src/predict/moments.js';
import { createPredictor } from '../src/predict/predictor.js';
import { randomFeatures, randomPosterior } from './random-posterior.js';
import { uncertaintyOf } from './uncertainty-twin.js';

const onnx = createOnnxEngine();
const single: Readonly<Record<string, SingleOutputSpec>> = {
  'a class with noise on its logits': { kind: 'class', classes: 3, logitNoise: { draws: 16 } },
  choices: { kind: 'choices', choices: 4 },
  'a number with noise per item': { kind: 'number', noise: 'per-item' },
};
const outputs: readonly (readonly [string, OutputSpec])[] = [
  ...Object.entries(single),
  [
    'several fields',
    {
      kind: 'fields',
      fields: [
        { name: 'kind', output: { kind: 'class', classes: 3 } },
        { name: 'size', output: { kind: 'number' } },
        ...Object.entries(single).map(([name, output]) => ({ name, output })),
      ],
    },
  ],
];
const posteriors = [
  { kind: 'mc-dropout', rate: 0.3 },
  { kind: 'ensemble', members: 3 },
] as const;

function posteriorOf(output: OutputSpec, posterior: PartialModelSpec['posterior']) {
  const fitted = randomPosterior({
    network: { preset: 'small-mlp', units: 16 },
    input: { shape: [6] },
    output,
    ...(posterior ? { posterior } : {}),
  });
  const fields = output.kind === 'fields' ? output.fields : [];
  const scales = fields.map(({ output: { kind } }, i) =>
    kind === 'number' ? { mean: i, deviation: 2 + i } : { mean: 0, deviation: 1 },
  );
  const targetScale =
    fields.length > 0 ? { mean: 0, deviation: 1, fields: scales } : fitted.targetScale;
  return { ...fitted, targetScale };
}

async function momentsOf(
  engine: Engine,
  posterior: FittedPosterior,
  features: FeatureMatrix,
  method: PredictMethod = 'thinned',
): Promise<PoolMoments> {
  const predictor = await createPredictor({ engine, posterior, samples: 5, method });
  const moments = await predictor.moments(features);
  await predictor.dispose();
  return moments;
}

const partsOf = (moments: PoolMoments): readonly SingleMoments[] =>
  moments.kind === 'fields' ? moments.fields.map((field) => field.moments) : [moments];

/** Every array of a prediction, by name. */
function arraysOf(moments: PoolMoments): [string, ArrayLike<number>][] {
  return partsOf(moments).flatMap((part, k) =>
    Object.entries(part)
      .filter((entry): entry is [string, Float64Array] => ArrayBuffer.isView(entry[1]))
      .map(([name, values]): [string, ArrayLike<number>] => [`${k} ${name}`, values]),
  );
}

function expectSame(actual: PoolMoments, expected: PoolMoments, from = 0): void {
  const wanted = new Map(arraysOf(expected));
  for (const [name, values] of arraysOf(actual)) {
    const width = values.length / actual.rows;
    for (let i = 0; i < values.length; i++) {
      const value = wanted.get(name)![from * width + i]!;
      expect(Math.abs(values[i]! - value), `${name}, ${i}`).toBeLessThan(
        1e-4 * (1 + Math.abs(value)),
      );
    }
  }
}

const settings = outputs.flatMap(([name, output]) =>
  posteriors.map((posterior) => [`${name}, ${posterior.kind}`, output, posterior] as const),
);

describe.each(settings)('%s', (_name, output, kind) => {
  const posterior = posteriorOf(output, kind);
  const features = randomFeatures([6], 13);

  it('is predicted alike naively, thinned, in shards and on the reference engine', async () => {
    const naive = await momentsOf(onnx, posterior, features, 'naive');
    expectSame(await momentsOf(onnx, posterior, features), naive);
    expectSame(await momentsOf(createReferenceEngine(), posterior, features), naive);
    const shard = { ...features, data: features.data.slice(4 * 6, 9 * 6), rows: 5 };
    expectSame(await momentsOf(onnx, posterior, shard), naive, 4);
    const uncertainty = uncertaintyOf(naive);
    expect(Math.max(...uncertainty.epistemic_N)).toBeGreaterThan(1e-3);
    expect(Math.min(...uncertainty.aleatoric_N)).toBeGreaterThanOrEqual(0);
  });

  it('is exported as plain ONNX with the same mean and uncertainties', async () => {
    const moments = await momentsOf(onnx, posterior, features);
    const session = await InferenceSession.create(exportPredictiveOnnx({ posterior, samples: 5 }));
    const result = await session.run({
      features: new Tensor('float32', features.data as Float32Array, [13, 6]),
    });
    await session.release();
    const expectClose = (name: string, expected: ArrayLike<number>) => {
      const data = result[name]!.data as Float32Array;
      expect(data.length).toBe(expected.length);
      for (let i = 0; i < data.length; i++)
        expect(Math.abs(data[i]! - expected[i]!), `${name}, ${i}`).toBeLessThan(
          1e-4 * (1 + Math.abs(expected[i]!)),
        );
    };
    const uncertainty = uncertaintyOf(moments);
    for (const name of ['total', 'aleatoric', 'epistemic'] as const)
      expectClose(name, uncertainty[`${name}_N`]);
    partsOf(moments).forEach((part, k) => {
      const prefix = moments.kind === 'fields' ? `field${k}.` : '';
      if (part.kind === 'class') expectClose(`${prefix}mean`, part.meanProbs_N_C);
      if (part.kind === 'choices') expectClose(`${prefix}mean`, part.meanProbs_N_L);
      if (part.kind === 'number') expectClose(`${prefix}mean`, part.mean_N);
      const own = uncertainty.kind === 'fields' ? uncertainty.fields[k]! : uncertainty;
      expectClose(`${prefix}epistemic`, own.epistemic_N);
    });
  });

  it('comes back from its file', async () => {
    const stored = { ...posterior, save: randomPosterior(posterior.spec).save };
    const loaded = loadPosterior(stored.save());
    expect(loaded.spec).toEqual(posterior.spec);
  });
});

describe('noise on the logits', () => {
  it('is no epistemic uncertainty: samples with the same weights agree', async () => {
    const output = single['a class with noise on its logits']!;
    const posterior = posteriorOf(output, { kind: 'ensemble', members: 2 });
    const [first] = posterior.members;
    const twins = { ...posterior, members: [first!, { ...first!, index: 1 }] };
    const uncertainty = uncertaintyOf(await momentsOf(onnx, twins, randomFeatures([6], 20)));
    expect(Math.max(...uncertainty.epistemic_N)).toBeLessThan(1e-6);
    expect(Math.min(...uncertainty.aleatoric_N)).toBeGreaterThan(0);
  });

  it('is integrated in the log-probabilities of each sample', async () => {
    const posterior = posteriorOf(single['a class with noise on its logits']!, posteriors[0]);
    const predictor = await createPredictor({ engine: onnx, posterior, samples: 3 });
    const logProbs_N_K_C = await predictor.logProbs(randomFeatures([6], 4));
    await predictor.dispose();
    for (let row = 0; row < 12; row++) {
      const probs = [...logProbs_N_K_C.subarray(row * 3, row * 3 + 3)].map(Math.exp);
      expect(probs.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    }
  });
});
