import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { createReferenceEngine } from '../src/engine/reference/engine.js';
import { NumericsError } from '../src/errors.js';
import type { FeatureMatrix } from '../src/nn/features.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import type { SingleTargets } from '../src/nn/targets.js';
import { loadPosterior } from '../src/posterior/load.js';
import type { ClassMoments, NumericMoments } from '../src/predict/moments.js';
import { createPredictor } from '../src/predict/predictor.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { combineEnsemble, fitPosterior } from '../src/train/fit.js';

const engine = createOnnxEngine();

/** Three clouds in eight dimensions. */
function clouds(name: string, rows: number): { features: FeatureMatrix; targets: SingleTargets } {
  const data = normal(stream(1).split(name), rows * 8);
  const values = Int32Array.from({ length: rows }, (_, i) => i % 3);
  values.forEach((label, row) => {
    data[row * 8 + label]! += 4;
  });
  return { features: { data, rows, shape: [8] }, targets: { kind: 'class', values } };
}

/** y = 10 + 3 x0 - 2 x1 + noise of deviation 0.5. */
function line(name: string, rows: number): { features: FeatureMatrix; targets: SingleTargets } {
  const data = normal(stream(2).split(name), rows * 2);
  const noise = normal(stream(3).split(name), rows);
  const values = Float64Array.from(
    { length: rows },
    (_, i) => 10 + 3 * data[2 * i]! - 2 * data[2 * i + 1]! + 0.5 * noise[i]!,
  );
  return { features: { data, rows, shape: [2] }, targets: { kind: 'number', values } };
}

const spec: PartialModelSpec = {
  network: { preset: 'small-mlp', units: 24 },
  input: { shape: [8] },
  output: { kind: 'class', classes: 3 },
  batchSize: 16,
  maxEpochs: 30,
  patience: 5,
};
const rows = { train: clouds('train', 120), validation: clouds('validation', 60) };

async function accuracy(
  posterior: Awaited<ReturnType<typeof fitPosterior>>,
  test: ReturnType<typeof clouds>,
): Promise<number> {
  const predictor = await createPredictor({ engine, posterior, samples: 20 });
  const { meanProbs_N_C: probs, classes } = (await predictor.moments(
    test.features,
  )) as ClassMoments;
  await predictor.dispose();
  let hits = 0;
  test.targets.values.forEach((label, row) => {
    const own = [...probs.subarray(row * classes, (row + 1) * classes)];
    if (own.indexOf(Math.max(...own)) === label) hits += 1;
  });
  return hits / test.features.rows;
}

describe('training', () => {
  it.each([
    ['MC dropout with Adam', {}],
    [
      'MC dropout with momentum and weight decay',
      { optimiser: { kind: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 } },
    ],
    ['an ensemble', { posterior: { kind: 'ensemble', members: 3 } }],
    ['a point', { posterior: { kind: 'point' }, drawsPerEpoch: 200 }],
  ] as const)('of %s learns to tell clouds apart', async (_, change) => {
    const posterior = await fitPosterior({
      engine,
      spec: { ...spec, ...change },
      ...rows,
      seed: 0,
    });
    expect(await accuracy(posterior, clouds('test', 90))).toBeGreaterThan(0.95);
  });

  it('gives the same steps on the ONNX and the reference engine', async () => {
    const short = { ...spec, maxEpochs: 2 };
    const [native, reference] = [
      await fitPosterior({ engine, spec: short, ...rows, seed: 4 }),
      await fitPosterior({ engine: createReferenceEngine(), spec: short, ...rows, seed: 4 }),
    ];
    native.history.forEach((record, i) => {
      expect(Math.abs(record.loss - reference.history[i]!.loss)).toBeLessThan(1e-5);
      expect(Math.abs(record.validationLoss! - reference.history[i]!.validationLoss!)).toBeLessThan(
        1e-5,
      );
    });
  });

  it('gives the same steps on both engines for a conv net with pooling and channel dropout', async () => {
    const data = normal(stream(6), 24 * 64);
    const images = {
      features: { data, rows: 24, shape: [1, 8, 8] },
      targets: { kind: 'class' as const, values: Int32Array.from({ length: 24 }, (_, i) => i % 2) },
    };
    const conv: PartialModelSpec = {
      network: {
        layers: [
          { kind: 'conv2d', channels: 4, kernel: 3, padding: 1 },
          { kind: 'dropout', of: 'channels' },
          { kind: 'max-pool', size: 2 },
          { kind: 'relu' },
          { kind: 'conv2d', channels: 6, kernel: 2 },
          { kind: 'average-pool', size: 2 },
          { kind: 'tanh' },
          { kind: 'dense', units: 8 },
          { kind: 'dropout' },
          { kind: 'relu' },
        ],
      },
      input: { shape: [1, 8, 8] },
      output: { kind: 'class', classes: 2 },
      batchSize: 8,
      maxEpochs: 3,
    };
    const [native, reference] = [
      await fitPosterior({ engine, spec: conv, train: images, seed: 4 }),
      await fitPosterior({ engine: createReferenceEngine(), spec: conv, train: images, seed: 4 }),
    ];
    native.history.forEach((record, i) => {
      expect(Math.abs(record.loss - reference.history[i]!.loss)).toBeLessThan(1e-5);
    });
  });

  it('is repeated exactly by its seed and not by another', async () => {
    const short = { ...spec, maxEpochs: 3 };
    const [a, b, c] = await Promise.all(
      [7, 7, 8].map((seed) => fitPosterior({ engine, spec: short, ...rows, seed })),
    );
    expect(a!.save()).toEqual(b!.save());
    expect(a!.save()).not.toEqual(c!.save());
  });

  it('resumes from any checkpoint to bit-same weights and history', async () => {
    const long = { ...spec, maxEpochs: 8, drawsPerEpoch: 1600 };
    const checkpoints: Uint8Array[] = [];
    const undisturbed = await fitPosterior({
      engine,
      spec: long,
      ...rows,
      seed: 5,
      onCheckpoint: (bytes) => checkpoints.push(bytes),
    });
    expect(checkpoints.length).toBeGreaterThan(1);
    for (const resumeFrom of [checkpoints[0]!, checkpoints.at(-1)!]) {
      const resumed = await fitPosterior({ engine, spec: long, ...rows, seed: 5, resumeFrom });
      expect(resumed.save()).toEqual(undisturbed.save());
    }
    await expect(
      fitPosterior({ engine, spec: long, ...rows, seed: 6, resumeFrom: checkpoints[0]! }),
    ).rejects.toMatchObject({ code: 'weights_mismatch' });
  });

  it('stops when the validation rows no longer gain, and keeps the best epoch', async () => {
    const posterior = await fitPosterior({
      engine,
      spec: {
        ...spec,
        maxEpochs: 400,
        patience: 3,
        optimiser: { kind: 'adam', learningRate: 0.02 },
      },
      ...rows,
      seed: 1,
    });
    const losses = posterior.history.map((record) => record.validationLoss!);
    expect(losses.length).toBeLessThan(400);
    expect(losses.length - 1 - losses.indexOf(Math.min(...losses))).toBe(3);
  });

  it('waits for the end of a warm-up before it stops, and keeps no epoch from before it', async () => {
    const warmUp = 12;
    const warming: PartialModelSpec = {
      ...spec,
      posterior: {
        kind: 'mean-field',
        prior: { kind: 'gaussian', deviation: 0.05 },
        klWarmUpEpochs: warmUp,
      },
      maxEpochs: 200,
      patience: 2,
      optimiser: { kind: 'adam', learningRate: 0.03 },
    };
    const posterior = await fitPosterior({ engine, spec: warming, ...rows, seed: 1 });
    const losses = posterior.history.map((record) => record.validationLoss!);
    const [before, after] = [losses.slice(0, warmUp - 1), losses.slice(warmUp - 1)];
    // The best epoch of all lies in the warm-up, and by it training would have stopped there.
    expect(Math.min(...before)).toBeLessThan(Math.min(...after));
    expect(before.length - 1 - before.indexOf(Math.min(...before))).toBeGreaterThanOrEqual(2);
    const best = after.indexOf(Math.min(...after));
    expect(losses.length).toBeLessThan(200);
    expect(after.length - 1 - best).toBe(2);
    const untilBest = { ...warming, maxEpochs: warmUp + best };
    const shorter = await fitPosterior({ engine, spec: untilBest, ...rows, seed: 1 });
    expect(posterior.members).toEqual(shorter.members);
  });

  it('reports progress that only grows', async () => {
    const seen: number[] = [];
    await fitPosterior({
      engine,
      spec: { ...spec, maxEpochs: 3 },
      ...rows,
      seed: 1,
      onProgress: ({ fractionDone }) => seen.push(fractionDone),
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });

  it('can be stopped between native calls', async () => {
    const stop = new AbortController();
    const run = fitPosterior({
      engine,
      spec,
      ...rows,
      seed: 1,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
  });

  it('that diverges names the step and keeps the last good state', async () => {
    const wild: PartialModelSpec = { ...spec, optimiser: { kind: 'sgd', learningRate: 1e30 } };
    const error = await fitPosterior({ engine, spec: wild, ...rows, seed: 1 }).catch(
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(NumericsError);
    const { code, details } = error as NumericsError;
    expect(code).toBe('non_finite');
    expect(details.step).toBeGreaterThan(0);
    expect(details.checkpoint).toBeInstanceOf(Uint8Array);
  });
});

describe('ensembles', () => {
  it('trained member by member equal those trained at once', async () => {
    const many: PartialModelSpec = {
      ...spec,
      maxEpochs: 3,
      posterior: { kind: 'ensemble', members: 3 },
    };
    const whole = await fitPosterior({ engine, spec: many, ...rows, seed: 2 });
    const parts = await Promise.all(
      [2, 0, 1].map((member) => fitPosterior({ engine, spec: many, ...rows, seed: 2, member })),
    );
    expect(combineEnsemble(parts).save()).toEqual(whole.save());
    expect(() => combineEnsemble([parts[0]!, parts[0]!])).toThrow(/may come once/);
  });
});

describe('numbers', () => {
  it('are learned in their own units, with their noise', async () => {
    const regression: PartialModelSpec = {
      network: { preset: 'uci-50' },
      input: { shape: [2] },
      output: { kind: 'number' },
      posterior: { kind: 'mc-dropout', rate: 0.01 },
      batchSize: 32,
      maxEpochs: 150,
      optimiser: { learningRate: 0.01 },
    };
    const posterior = await fitPosterior({
      engine,
      spec: regression,
      train: line('train', 400),
      seed: 3,
    });
    const test = line('test', 200);
    const predictor = await createPredictor({ engine, posterior, samples: 50 });
    const { mean_N, meanOfVariances_N } = (await predictor.moments(
      test.features,
    )) as NumericMoments;
    await predictor.dispose();
    const error = Math.sqrt(
      [...test.targets.values].reduce((sum, y, i) => sum + (y - mean_N[i]!) ** 2, 0) / 200,
    );
    expect(error).toBeLessThan(0.8);
    expect(Math.sqrt(meanOfVariances_N[0]!)).toBeGreaterThan(0.4);
    expect(Math.sqrt(meanOfVariances_N[0]!)).toBeLessThan(1);
  });

  it('that are all the same are refused', async () => {
    const train = {
      features: line('train', 5).features,
      targets: { kind: 'number' as const, values: new Float64Array(5).fill(3) },
    };
    const constant: PartialModelSpec = {
      network: { preset: 'uci-50' },
      input: { shape: [2] },
      output: { kind: 'number' },
    };
    await expect(fitPosterior({ engine, spec: constant, train, seed: 1 })).rejects.toThrow(
      /at least two different values, got only 3/,
    );
  });
});

describe('saved posteriors', () => {
  it('come back bit-same and predict the same', async () => {
    const posterior = await fitPosterior({
      engine,
      spec: { ...spec, maxEpochs: 2 },
      ...rows,
      seed: 9,
    });
    const bytes = posterior.save();
    const loaded = loadPosterior(bytes);
    expect(loaded.save()).toEqual(bytes);
    expect(loaded.spec).toEqual(posterior.spec);
  });

  it('with weights of another spec are refused by name', async () => {
    const posterior = await fitPosterior({
      engine,
      spec: { ...spec, maxEpochs: 1 },
      ...rows,
      seed: 9,
    });
    const text = Buffer.from(posterior.save())
      .toString('latin1')
      .replace('\\"units\\":24', '\\"units\\":25');
    expect(() => loadPosterior(Buffer.from(text, 'latin1'))).toThrow(
      /Weights 'dense1.weight' of member 0: expected float32 \[8, 25\], got F32 \[8, 24\]/,
    );
  });
});
