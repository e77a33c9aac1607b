import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { exportPredictiveOnnx } from '../src/io/onnx-export.js';
import type { LayerSpec, PartialModelSpec } from '../src/nn/spec.js';
import { createMomentPredictor } from '../src/predict/moment-propagation/moment-predictor.js';
import type { ClassMoments, NumericMoments } from '../src/predict/moments.js';
import { createPredictor } from '../src/predict/predictor.js';
import { posteriorNets } from './posterior-cases.js';
import { randomFeatures, randomPosterior } from './random-posterior.js';
import { type TwinUncertainty, tempered, uncertaintyOf } from './uncertainty-twin.js';

const output = { kind: 'class', classes: 4 } as const;
const classNets: readonly (readonly [string, PartialModelSpec])[] = [
  [
    'a dense dropout net',
    { network: { preset: 'small-mlp', units: 20 }, input: { shape: [12] }, output },
  ],
  [
    'a conv dropout net',
    { network: { preset: 'batchbald-conv', units: 16 }, input: { shape: [1, 16, 16] }, output },
  ],
  [
    'an ensemble',
    {
      network: { preset: 'small-mlp', units: 20 },
      input: { shape: [12] },
      output,
      posterior: { kind: 'ensemble', members: 3 },
    },
  ],
  [
    'a point',
    {
      network: { preset: 'small-mlp', units: 20 },
      input: { shape: [12] },
      output,
      posterior: { kind: 'point' },
    },
  ],
  ...posteriorNets,
];

async function runPlainly(
  bytes: Uint8Array,
  features: ReturnType<typeof randomFeatures>,
): Promise<Record<string, Tensor>> {
  const session = await InferenceSession.create(bytes);
  expect(session.inputNames).toEqual(['features']);
  const result = await session.run({
    features: new Tensor('float32', features.data as Float32Array, [
      features.rows,
      ...features.shape,
    ]),
  });
  await session.release();
  return result as Record<string, Tensor>;
}

const numbers = (tensor: Tensor | undefined) => [...(tensor!.data as Float32Array)];

describe.each(classNets)('the exported model of %s', (_, spec) => {
  it('opens in plain onnxruntime and gives mean, total, aleatoric and epistemic uncertainty', async () => {
    const posterior = randomPosterior(spec);
    const features = randomFeatures(spec.input.shape, 5);
    const predictor = await createPredictor({ engine: createOnnxEngine(), posterior, samples: 6 });
    const moments = (await predictor.moments(features)) as ClassMoments;
    await predictor.dispose();
    const result = await runPlainly(exportPredictiveOnnx({ posterior, samples: 6 }), features);
    const classes = moments.classes;
    expect(result.mean!.dims).toEqual([5, classes]);
    for (const name of ['total', 'aleatoric', 'epistemic']) expect(result[name]!.dims).toEqual([5]);
    numbers(result.mean).forEach((p, i) => {
      expect(Math.abs(p - moments.meanProbs_N_C[i]!)).toBeLessThan(1e-5);
    });
    for (let row = 0; row < 5; row++) {
      const probs = [...moments.meanProbs_N_C.subarray(row * classes, (row + 1) * classes)];
      const total = probs.reduce((sum, p) => sum - p * Math.log(p), 0);
      const aleatoric = moments.expectedEntropy_N[row]!;
      expect(Math.abs(numbers(result.total)[row]! - total)).toBeLessThan(1e-5);
      expect(Math.abs(numbers(result.aleatoric)[row]! - aleatoric)).toBeLessThan(1e-5);
      expect(
        Math.abs(numbers(result.epistemic)[row]! - Math.max(0, total - aleatoric)),
      ).toBeLessThan(2e-5);
    }
  });
});

describe('a model exported as one pass', () => {
  const layers = [
    { kind: 'dense', units: 12 },
    { kind: 'relu' },
    { kind: 'dropout' },
  ] as const satisfies LayerSpec[];
  const fields = [
    { name: 'kind', output: { kind: 'class', classes: 3 } },
    { name: 'tags', output: { kind: 'choices', choices: 2 } },
    { name: 'size', output: { kind: 'number' } },
  ] as const;
  const uncertaintiesOf = (uncertainty: TwinUncertainty) => {
    if (uncertainty.kind === 'fields') return uncertainty;
    return { ...uncertainty, fields: [] };
  };

  it.each([
    ['one class', fields[0].output],
    ['choices', fields[1].output],
    ['a number', fields[2].output],
    ['a number with noise per item', { kind: 'number', noise: 'per-item' } as const],
    ['several fields', { kind: 'fields', fields } as const],
  ])('of %s gives the uncertainties of the predictor of moments', async (_name, output) => {
    const posterior = randomPosterior({ network: { layers }, input: { shape: [5] }, output });
    const features = randomFeatures([5], 6);
    const predictor = createMomentPredictor({ engine: createOnnxEngine(), posterior });
    const expected = uncertaintiesOf(uncertaintyOf(await predictor.moments(features)));
    await predictor.dispose();
    const result = await runPlainly(exportPredictiveOnnx({ posterior, mode: 'fast' }), features);
    for (const part of ['total', 'aleatoric', 'epistemic'] as const) {
      const own = expected[`${part}_N`];
      expect(numbers(result[part])).toHaveLength(6);
      numbers(result[part]).forEach((value, row) => {
        expect(Math.abs(value - own[row]!)).toBeLessThan(1e-4 * (1 + Math.abs(own[row]!)));
      });
    }
  });

  it('has its mean calibrated, and is refused where there is no such pass', async () => {
    const output = fields[0].output;
    const posterior = randomPosterior({ network: { layers }, input: { shape: [5] }, output });
    const features = randomFeatures([5], 6);
    const plain = await runPlainly(exportPredictiveOnnx({ posterior, mode: 'fast' }), features);
    const warm = await runPlainly(
      exportPredictiveOnnx({ posterior, mode: 'fast', temperature: 2 }),
      features,
    );
    const expected = tempered(numbers(plain.mean), 3, 2);
    numbers(warm.mean).forEach((p, i) => {
      expect(Math.abs(p - expected[i]!)).toBeLessThan(1e-5);
    });
    const members = randomPosterior({
      network: { layers },
      input: { shape: [5] },
      output,
      posterior: { kind: 'ensemble', members: 2 },
    });
    expect(() => exportPredictiveOnnx({ posterior: members, mode: 'fast' })).toThrow(/ensemble/);
  });
});

describe('an exported model', () => {
  it('takes any number of rows, one included', async () => {
    const posterior = randomPosterior(classNets[0]![1]);
    const bytes = exportPredictiveOnnx({ posterior, samples: 3 });
    for (const rows of [1, 9]) {
      const result = await runPlainly(bytes, randomFeatures([12], rows));
      expect(result.total!.dims).toEqual([rows]);
    }
  });

  it('has its mean calibrated by a temperature, and its uncertainties untouched', async () => {
    const posterior = randomPosterior(classNets[0]![1]);
    const features = randomFeatures([12], 8);
    const plain = await runPlainly(exportPredictiveOnnx({ posterior, samples: 3 }), features);
    const warm = await runPlainly(
      exportPredictiveOnnx({ posterior, samples: 3, temperature: 2 }),
      features,
    );
    const expected = tempered(numbers(plain.mean), 4, 2);
    numbers(warm.mean).forEach((p, i) => {
      expect(Math.abs(p - expected[i]!)).toBeLessThan(1e-5);
    });
    expect(numbers(warm.epistemic)).toEqual(numbers(plain.epistemic));
    expect(() => exportPredictiveOnnx({ posterior, samples: 3, temperature: 0 })).toThrow(
      /expected a positive number/,
    );
  });

  it.each(['exact', 'fast'] as const)('has a temperature for each field, %s', async (mode) => {
    const posterior = randomPosterior({
      network: {
        layers: [{ kind: 'dense', units: 9 }, { kind: 'relu' }, { kind: 'dropout', of: 'units' }],
      },
      input: { shape: [5] },
      output: {
        kind: 'fields',
        fields: [
          { name: 'a', output: { kind: 'class', classes: 3 } },
          { name: 'b', output: { kind: 'number' } },
          { name: 'c', output: { kind: 'choices', choices: 2 } },
          { name: 'd', output: { kind: 'class', classes: 2 } },
        ],
      },
    });
    const features = randomFeatures([5], 6);
    const plain = await runPlainly(exportPredictiveOnnx({ posterior, mode }), features);
    const bytes = exportPredictiveOnnx({ posterior, mode, temperature: [2, 1, 3, 0.5] });
    const warm = await runPlainly(bytes, features);
    const choice = (p: number, inverse: number) => 1 / (1 + ((1 - p) / p) ** inverse);
    const expected = {
      'field0.mean': [...tempered(numbers(plain['field0.mean']), 3, 2)],
      'field1.mean': numbers(plain['field1.mean']),
      'field2.mean': numbers(plain['field2.mean']).map((p) => choice(p, 1 / 3)),
      'field3.mean': [...tempered(numbers(plain['field3.mean']), 2, 0.5)],
    };
    for (const [name, own] of Object.entries(expected)) {
      numbers(warm[name]).forEach((p, i) => {
        expect(Math.abs(p - own[i]!)).toBeLessThan(1e-5);
      });
    }
    expect(numbers(warm.epistemic)).toEqual(numbers(plain.epistemic));
    for (const temperature of [2, [2, 2, 3, 0.5], [2, 1, 3]]) {
      expect(() => exportPredictiveOnnx({ posterior, mode, temperature })).toThrow(
        /expected 4 positive numbers, one for each field/,
      );
    }
  });

  it('of numbers gives mean and variances in units of the target', async () => {
    const posterior = randomPosterior({
      network: { preset: 'uci-50' },
      input: { shape: [6] },
      output: { kind: 'number' },
      posterior: { kind: 'mc-dropout', rate: 0.2 },
    });
    const features = randomFeatures([6], 7);
    const predictor = await createPredictor({ engine: createOnnxEngine(), posterior, samples: 11 });
    const moments = (await predictor.moments(features)) as NumericMoments;
    await predictor.dispose();
    const result = await runPlainly(exportPredictiveOnnx({ posterior, samples: 11 }), features);
    const close = (name: string, expected: Float64Array) =>
      numbers(result[name]).forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4 * (1 + Math.abs(expected[i]!)));
      });
    close('mean', moments.mean_N);
    close('epistemic', moments.varianceOfMeans_N);
    close('aleatoric', moments.meanOfVariances_N);
    close(
      'total',
      moments.varianceOfMeans_N.map((variance, i) => variance + moments.meanOfVariances_N[i]!),
    );
  });
});
