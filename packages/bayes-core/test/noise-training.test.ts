import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { createReferenceEngine } from '../src/engine/reference/engine.js';
import type { OutputSpec, PartialModelSpec } from '../src/nn/spec.js';
import type { LabelledRows, Targets } from '../src/nn/targets.js';
import type { FieldsMoments, NumericMoments } from '../src/predict/moments.js';
import { createPredictor } from '../src/predict/predictor.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { uniform } from '../src/random/uniform.js';
import { fitPosterior } from '../src/train/fit.js';
import { uncertaintyOf } from './uncertainty-twin.js';

const engine = createOnnxEngine();

type Maker = (x: readonly number[], noise: readonly number[]) => number;

/**
 * Rows with features uniform in (-1, 1), and what is made of them with two standard normal values
 * each.
 */
function dataset(name: string, rows: number, features: number) {
  const data = uniform(stream(8).split(name), rows * features).map((u) => 2 * u - 1);
  const noise = normal(stream(9).split(name), rows * 2);
  const values = (make: Maker) =>
    Float64Array.from({ length: rows }, (_, row) =>
      make(
        [...data.subarray(row * features, (row + 1) * features)],
        [noise[2 * row]!, noise[2 * row + 1]!],
      ),
    );
  return {
    features: { data, rows, shape: [features] },
    numbers: (make: Maker) => ({ kind: 'number' as const, values: values(make) }),
    classes: (make: Maker) => ({ kind: 'class' as const, values: Int32Array.from(values(make)) }),
    flags: (...makes: Maker[]) => ({
      kind: 'choices' as const,
      values: Uint8Array.from({ length: rows * makes.length }, (_, i) =>
        Number(values(makes[i % makes.length]!)[Math.floor(i / makes.length)]! > 0),
      ),
    }),
  };
}

const base = {
  network: { layers: [{ kind: 'dense', units: 32 }, { kind: 'tanh' }, { kind: 'dropout' }] },
  posterior: { kind: 'mc-dropout', rate: 0.05 },
  optimiser: { learningRate: 1e-2 },
  batchSize: 32,
} as const satisfies Partial<PartialModelSpec>;

async function predicted(
  output: OutputSpec,
  train: LabelledRows,
  test: LabelledRows['features'],
  maxEpochs: number,
) {
  const spec = { ...base, input: { shape: train.features.shape }, output, maxEpochs };
  const posterior = await fitPosterior({ engine, spec, train, seed: 2 });
  const predictor = await createPredictor({ engine, posterior, samples: 30 });
  const moments = await predictor.moments(test);
  await predictor.dispose();
  return { posterior, moments };
}

describe('noise per item', () => {
  // y = 5 + 10 x with noise of deviation 4 where x > 0 and 0.5 elsewhere.
  const make: Maker = ([x], [e]) => 5 + 10 * x! + (x! > 0 ? 4 : 0.5) * e!;

  it.each([0, 0.5])(
    'is learned where it is large and where it is small, beta %s',
    async (betaNll) => {
      const train = dataset('train', 2000, 1);
      const test = { data: Float32Array.of(-0.6, 0.6), rows: 2, shape: [1] };
      const { moments } = await predicted(
        { kind: 'number', noise: 'per-item', betaNll },
        { features: train.features, targets: train.numbers(make) },
        test,
        40,
      );
      const { mean_N, meanOfVariances_N } = moments as NumericMoments;
      expect(Math.abs(mean_N[0]! - -1)).toBeLessThan(1);
      expect(Math.abs(mean_N[1]! - 11)).toBeLessThan(1.5);
      expect(Math.sqrt(meanOfVariances_N[0]!)).toBeLessThan(1.2);
      expect(Math.sqrt(meanOfVariances_N[1]!)).toBeGreaterThan(3);
      expect(Math.sqrt(meanOfVariances_N[1]!)).toBeLessThan(5.2);
    },
  );
});

describe('noise on the logits', () => {
  it('is taken for aleatoric uncertainty where the labels are a coin', async () => {
    // Where x0 > 0 the class is x1 > 0; elsewhere it is thrown.
    const train = dataset('train', 800, 2);
    const labels = train.classes(([x, y], [e]) => Number((x! > 0 ? y! : e!) > 0));
    const test = { data: Float32Array.of(0.8, 0.8, 0.8, -0.8, -0.8, 0.8), rows: 3, shape: [2] };
    const { moments } = await predicted(
      { kind: 'class', classes: 2, logitNoise: { draws: 16 } },
      { features: train.features, targets: labels },
      test,
      15,
    );
    const { aleatoric_N } = uncertaintyOf(moments);
    expect(aleatoric_N[0]).toBeLessThan(0.3);
    expect(aleatoric_N[1]).toBeLessThan(0.3);
    expect(aleatoric_N[2]).toBeGreaterThan(0.5);
  });
});

describe('several fields', () => {
  const output: OutputSpec = {
    kind: 'fields',
    fields: [
      { name: 'side', output: { kind: 'class', classes: 2 } },
      { name: 'price', output: { kind: 'number' } },
      { name: 'marks', output: { kind: 'choices', choices: 2 } },
    ],
  };
  const labelled = (name: string, rows: number): LabelledRows => {
    const made = dataset(name, rows, 2);
    const fields = [
      made.classes(([x]) => Number(x! > 0)),
      made.numbers(([x, y], [e]) => 100 + 20 * x! - 10 * y! + 3 * e!),
      made.flags(
        ([x]) => x!,
        ([, y]) => y!,
      ),
    ];
    return { features: made.features, targets: { kind: 'fields', fields } };
  };

  it('are learned by one network, each in its own unit, with their noise', async () => {
    const test = { data: Float32Array.of(0.7, -0.7, -0.7, 0.7), rows: 2, shape: [2] };
    const { posterior, moments } = await predicted(output, labelled('train', 600), test, 25);
    const [side, price, marks] = (moments as FieldsMoments).fields.map((field) => field.moments);
    if (side!.kind !== 'class' || price!.kind !== 'number' || marks!.kind !== 'choices')
      throw new Error('fields in another order');
    expect(side!.meanProbs_N_C[1]).toBeGreaterThan(0.9);
    expect(side!.meanProbs_N_C[3]).toBeLessThan(0.1);
    expect(Math.abs(price!.mean_N[0]! - 121)).toBeLessThan(4);
    expect(Math.abs(price!.mean_N[1]! - 79)).toBeLessThan(4);
    expect(Math.sqrt(price!.meanOfVariances_N[0]!)).toBeGreaterThan(2);
    expect(Math.sqrt(price!.meanOfVariances_N[0]!)).toBeLessThan(5);
    expect([...marks!.votes_N_L]).toEqual([30, 0, 0, 30]);
    expect(posterior.targetScale.fields![1]!.mean).toBeGreaterThan(95);
  });

  it('take the same steps on the ONNX and the reference engine, noise of logits included', async () => {
    const noisy: OutputSpec = {
      ...output,
      fields: [
        { name: 'side', output: { kind: 'class', classes: 2, logitNoise: { draws: 4 } } },
        { name: 'price', output: { kind: 'number', noise: 'per-item', betaNll: 0.5 } },
        output.fields[2]!,
      ],
    };
    const fit = (on: typeof engine) =>
      fitPosterior({
        engine: on,
        spec: {
          ...base,
          network: { preset: 'small-mlp', units: 6 },
          input: { shape: [2] },
          output: noisy,
          maxEpochs: 1,
          drawsPerEpoch: 96,
        },
        train: labelled('train', 40),
        validation: labelled('validation', 12),
        seed: 1,
      });
    const [a, b] = [await fit(engine), await fit(createReferenceEngine())];
    expect(a.history[0]!.validationLoss).toBeCloseTo(b.history[0]!.validationLoss!, 4);
    for (const [name, { data }] of Object.entries(a.members[0]!.parameters))
      data.forEach((value, i) => {
        expect(Math.abs(value - b.members[0]!.parameters[name]!.data[i]!)).toBeLessThan(1e-4);
      });
  });

  it('are refused when a field is missing, of another kind or outside its domain', async () => {
    const { features, targets } = labelled('train', 40);
    const fields = targets.kind === 'fields' ? targets.fields : [];
    const fit = (wrong: Targets) =>
      fitPosterior({
        engine,
        spec: { ...base, input: { shape: [2] }, output, maxEpochs: 1 },
        train: { features, targets: wrong },
        seed: 1,
      });
    await expect(fit({ kind: 'fields', fields: fields.slice(1) })).rejects.toThrow(
      /answers to 3 fields, got 2/,
    );
    await expect(fit(fields[0]!)).rejects.toThrow(/answers with a fields/);
    await expect(
      fit({ kind: 'fields', fields: [fields[1]!, fields[1]!, fields[2]!] }),
    ).rejects.toThrow(/field 'side': the model answers with a class/);
    const marks = { kind: 'choices' as const, values: new Uint8Array(80).fill(2) };
    await expect(fit({ kind: 'fields', fields: [fields[0]!, fields[1]!, marks] })).rejects.toThrow(
      /field 'marks': row 0 expected 0 or 1 for each choice, got 2/,
    );
  });
});
