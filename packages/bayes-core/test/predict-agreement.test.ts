import { describe, expect, it } from 'vitest';
import type { Engine } from '../src/engine/engine.js';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { createReferenceEngine } from '../src/engine/reference/engine.js';
import type { FeatureMatrix } from '../src/nn/features.js';
import { resolveNetwork } from '../src/nn/network.js';
import type { LayerSpec, PartialModelSpec } from '../src/nn/spec.js';
import type { FittedPosterior } from '../src/posterior/fitted.js';
import { methodProgram, type PredictMethod } from '../src/predict/method.js';
import { type ClassMoments, joinClassSums, type NumericMoments } from '../src/predict/moments.js';
import { createPredictor } from '../src/predict/predictor.js';
import { sizeOf } from '../src/tensor.js';
import { classes, drop, image, nets } from './predict-nets.js';
import { randomFeatures, randomPosterior } from './random-posterior.js';

function part(features: FeatureMatrix, start: number, end: number): FeatureMatrix {
  const size = sizeOf(features.shape);
  return { ...features, data: features.data.slice(start * size, end * size), rows: end - start };
}

/** H[mean p] - mean H[p], straight from the definition. */
function epistemic(moments: ClassMoments): number[] {
  return Array.from({ length: moments.rows }, (_, row) => {
    const probs = moments.meanProbs_N_C.subarray(
      row * moments.classes,
      (row + 1) * moments.classes,
    );
    const total = probs.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
    return total - moments.expectedEntropy_N[row]!;
  });
}

async function moments(
  engine: Engine,
  posterior: FittedPosterior,
  features: FeatureMatrix,
  method: PredictMethod,
  samples: number,
) {
  const predictor = await createPredictor({ engine, posterior, samples, method });
  const result = await predictor.moments(features);
  await predictor.dispose();
  return result;
}

const onnx = createOnnxEngine();

describe.each(nets)('%s', (_name, spec) => {
  const posterior = randomPosterior(spec);
  const features = randomFeatures(spec.input.shape, 37);
  const samples = 7;

  it('has the same epistemic uncertainty naively, with the prefix kept, thinned, summed, in shards and on the reference engine', async () => {
    const naive = (await moments(onnx, posterior, features, 'naive', samples)) as ClassMoments;
    const expected = epistemic(naive);
    const others = {
      prefix: await moments(onnx, posterior, features, 'prefix', samples),
      thinned: await moments(onnx, posterior, features, 'thinned', samples),
      summed: await moments(onnx, posterior, features, 'summed', samples),
      'reference, summed': await moments(
        createReferenceEngine(),
        posterior,
        features,
        'summed',
        samples,
      ),
      reference: await moments(createReferenceEngine(), posterior, features, 'naive', samples),
      'reference, thinned': await moments(
        createReferenceEngine(),
        posterior,
        features,
        'thinned',
        samples,
      ),
      'two threads': await moments(
        createOnnxEngine({ threads: 2 }),
        posterior,
        features,
        'thinned',
        samples,
      ),
    };
    for (const [method, result] of Object.entries(others)) {
      epistemic(result as ClassMoments).forEach((uncertainty, row) => {
        expect(Math.abs(uncertainty - expected[row]!), `${method}, row ${row}`).toBeLessThan(1e-5);
      });
      expect((result as ClassMoments).votes_N_C).toEqual(naive.votes_N_C);
    }
    for (const [start, end] of [
      [0, 1],
      [1, 20],
      [20, 37],
    ] as const) {
      const shard = (await moments(
        onnx,
        posterior,
        part(features, start, end),
        'thinned',
        samples,
      )) as ClassMoments;
      epistemic(shard).forEach((uncertainty, row) => {
        expect(Math.abs(uncertainty - expected[start + row]!)).toBeLessThan(1e-5);
      });
    }
    if (posterior.spec.posterior.kind === 'point') expect(Math.max(...expected)).toBeLessThan(1e-6);
    else expect(Math.max(...expected)).toBeGreaterThan(1e-3);
  });

  it('has the same sums where some samples are taken first and the others behind them', async () => {
    const sums = async (count: number, skip: number) => {
      const predictor = await createPredictor({ engine: onnx, posterior, samples: count, skip });
      const result = (await predictor.moments(features)) as ClassMoments;
      await predictor.dispose();
      return result;
    };
    const { kind } = posterior.spec.posterior;
    if (kind === 'point' || kind === 'ensemble') {
      await expect(sums(samples, 2)).rejects.toThrow(/Samples to pass over.*0 for a posterior/);
      return;
    }
    const whole = await sums(samples, 0);
    const joined = joinClassSums(await sums(2, 0), await sums(samples - 2, 2));
    expect(joined.samples).toBe(samples);
    expect(joined.votes_N_C).toEqual(whole.votes_N_C);
    joined.meanProbs_N_C.forEach((p, i) => {
      expect(Math.abs(p - whole.meanProbs_N_C[i]!)).toBeLessThan(1e-6);
    });
    joined.expectedEntropy_N.forEach((nats, n) => {
      expect(Math.abs(nats - whole.expectedEntropy_N[n]!)).toBeLessThan(1e-5);
    });
  });

  it('has sums that fit the log-probabilities of its samples', async () => {
    const predictor = await createPredictor({ engine: onnx, posterior, samples });
    const sums = (await predictor.moments(features)) as ClassMoments;
    const logProbs_N_K_C = await predictor.logProbs(features);
    await predictor.dispose();
    const { classes: C } = sums;
    const K = predictor.samples;
    for (let row = 0; row < features.rows; row++) {
      for (let c = 0; c < C; c++) {
        let [mean, square] = [0, 0];
        for (let k = 0; k < K; k++) {
          const p = Math.exp(logProbs_N_K_C[(row * K + k) * C + c]!);
          mean += p / K;
          square += (p * p) / K;
        }
        expect(Math.abs(sums.meanProbs_N_C[row * C + c]! - mean)).toBeLessThan(1e-6);
        expect(Math.abs(sums.meanSquareProbs_N_C[row * C + c]! - square)).toBeLessThan(1e-6);
      }
      expect(sums.votes_N_C.subarray(row * C, (row + 1) * C).reduce((sum, n) => sum + n, 0)).toBe(
        K,
      );
    }
  });
});

describe('channels summed', () => {
  const layers: readonly LayerSpec[] = [
    { kind: 'conv2d', channels: 6, kernel: 3 },
    drop('channels', 0.3),
    { kind: 'conv2d', channels: 5, kernel: 3 },
    { kind: 'max-pool', size: 3 },
    { kind: 'relu' },
    drop('units', 0.2),
  ];

  it('take more samples than one call holds, and rows that do not fill a block', async () => {
    const posterior = randomPosterior({ network: { layers }, input: image, output: classes });
    const features = randomFeatures(image.shape, 19);
    for (const samples of [1, 67, 131]) {
      const [summed, naive] = [
        (await moments(onnx, posterior, features, 'summed', samples)) as ClassMoments,
        (await moments(onnx, posterior, features, 'naive', samples)) as ClassMoments,
      ];
      epistemic(summed).forEach((uncertainty, row) => {
        expect(Math.abs(uncertainty - epistemic(naive)[row]!)).toBeLessThan(1e-5);
      });
      expect(summed.votes_N_C).toEqual(naive.votes_N_C);
    }
  });

  it('are chosen where they are less work, and only there', () => {
    const chosen = (network: PartialModelSpec['network']) => {
      const posterior = randomPosterior({
        network,
        input: { shape: [1, 28, 28] },
        output: classes,
      });
      const resolved = resolveNetwork(posterior.spec);
      return methodProgram(resolved, posterior, 100, undefined).program.samplesPerCall;
    };
    expect(chosen({ preset: 'batchbald-conv' })).toBe(50);
    expect(chosen({ preset: 'gal-conv' })).toBe(1);
    // A wide layer after the convolution is done in full when channels are summed, and thinned to a
    // quarter otherwise.
    expect(chosen({ layers: [...layers, { kind: 'dense', units: 4000 }, drop('units')] })).toBe(1);
  });
});

describe('numbers', () => {
  const spec: PartialModelSpec = {
    network: { preset: 'uci-50' },
    input: { shape: [8] },
    output: { kind: 'number' },
    posterior: { kind: 'mc-dropout', rate: 0.2 },
  };
  const posterior = randomPosterior(spec);
  const features = randomFeatures([8], 21);

  it('have the same mean and variances by every method, in units of the target', async () => {
    const naive = (await moments(onnx, posterior, features, 'naive', 9)) as NumericMoments;
    const predictor = await createPredictor({ engine: onnx, posterior, samples: 9 });
    const thinned = (await predictor.moments(features)) as NumericMoments;
    const means_N_K = await predictor.sampleMeans(features);
    await predictor.dispose();
    for (let row = 0; row < features.rows; row++) {
      const own = [...means_N_K.subarray(row * 9, (row + 1) * 9)];
      const mean = own.reduce((sum, y) => sum + y, 0) / 9;
      const variance = own.reduce((sum, y) => sum + (y - mean) ** 2, 0) / 9;
      expect(Math.abs(thinned.mean_N[row]! - mean)).toBeLessThan(1e-9);
      expect(Math.abs(thinned.varianceOfMeans_N[row]! - variance)).toBeLessThan(1e-9);
      expect(Math.abs(thinned.mean_N[row]! - naive.mean_N[row]!)).toBeLessThan(1e-4);
      expect(
        Math.abs(thinned.varianceOfMeans_N[row]! - naive.varianceOfMeans_N[row]!),
      ).toBeLessThan(1e-4);
      expect(naive.meanOfVariances_N[row]).toBeCloseTo(
        Math.exp(posterior.members[0]!.parameters['likelihood.logVariance']!.data[0]!) * 9,
        5,
      );
    }
  });
});

describe('input', () => {
  const posterior = randomPosterior({
    network: { preset: 'small-mlp', units: 16 },
    input: { shape: [20] },
    output: classes,
  });
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 37) % 256);

  it('of bytes with scale and offset equals the same values as floats', async () => {
    const asBytes: FeatureMatrix = {
      data: bytes,
      rows: 10,
      shape: [20],
      scale: 1 / 255,
      offset: -0.5,
    };
    const asFloats: FeatureMatrix = {
      data: Float32Array.from(bytes, (b) => b / 255 - 0.5),
      rows: 10,
      shape: [20],
    };
    const [a, b] = [
      await moments(onnx, posterior, asBytes, 'thinned', 5),
      await moments(onnx, posterior, asFloats, 'thinned', 5),
    ];
    epistemic(a as ClassMoments).forEach((uncertainty, row) => {
      expect(Math.abs(uncertainty - epistemic(b as ClassMoments)[row]!)).toBeLessThan(1e-6);
    });
  });

  it('of another shape, or not a number, is refused by name', async () => {
    const predictor = await createPredictor({ engine: onnx, posterior, samples: 2 });
    await expect(
      predictor.moments({ data: new Float32Array(20), rows: 2, shape: [10] }),
    ).rejects.toThrow(/items of shape \[20\], got \[10\]/);
    const holes = new Float32Array(40);
    holes[25] = Number.NaN;
    await expect(predictor.moments({ data: holes, rows: 2, shape: [20] })).rejects.toThrow(
      /value 5 of row 1 is NaN/,
    );
    await predictor.dispose();
  });

  it('may be stopped', async () => {
    const predictor = await createPredictor({ engine: onnx, posterior, samples: 2 });
    const stop = AbortSignal.abort();
    await expect(
      predictor.moments(randomFeatures([20], 3), { signal: stop }),
    ).rejects.toMatchObject({ code: 'aborted' });
    await predictor.dispose();
  });
});
