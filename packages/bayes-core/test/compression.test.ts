import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { compressPosterior, meanPosterior } from '../src/compression/compress.js';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { createReferenceEngine } from '../src/engine/reference/engine.js';
import { exportPredictiveOnnx } from '../src/io/onnx-export.js';
import { completeSpec } from '../src/nn/complete-spec.js';
import type { LayerSpec, PartialModelSpec } from '../src/nn/spec.js';
import { familyOf, networkOf } from '../src/posterior/family-of.js';
import { type FittedPosterior, fittedPosterior } from '../src/posterior/fitted.js';
import { inverseSoftplus } from '../src/posterior/gaussian-weights.js';
import { loadPosterior } from '../src/posterior/load.js';
import { createPredictor } from '../src/predict/predictor.js';
import { float32 } from '../src/tensor.js';
import { randomFeatures, randomPosterior } from './random-posterior.js';

const dense: PartialModelSpec = {
  network: {
    layers: [
      { kind: 'dense', units: 6 },
      { kind: 'tanh' },
      { kind: 'dense', units: 5 },
      { kind: 'relu' },
    ],
  },
  input: { shape: [8] },
  output: { kind: 'class', classes: 3 },
  posterior: { kind: 'group-normal-jeffreys' },
};

const images: PartialModelSpec = {
  network: {
    layers: [
      { kind: 'conv2d', channels: 4, kernel: 3, padding: 1 },
      { kind: 'max-pool', size: 2 },
      { kind: 'relu' },
      { kind: 'conv2d', channels: 5, kernel: 2 },
      { kind: 'average-pool', size: 2 },
      { kind: 'relu' },
      { kind: 'dense', units: 6 },
      { kind: 'relu' },
    ],
  },
  input: { shape: [2, 10, 10] },
  output: { kind: 'class', classes: 3 },
  posterior: { kind: 'group-normal-jeffreys' },
};

/**
 * The posterior with given groups of a layer turned into noise: log alpha 4.6 for them, about -9
 * for all others.
 */
function withNoise(
  spec: PartialModelSpec,
  noisy: Readonly<Record<string, readonly number[]>>,
): FittedPosterior {
  const posterior = randomPosterior(spec);
  const parameters = { ...posterior.members[0]!.parameters };
  for (const name of Object.keys(parameters).filter((each) => each.endsWith('.scale'))) {
    const groups = new Set(noisy[name.slice(0, -'.scale'.length)]);
    const { shape } = parameters[name]!;
    const of = (noise: number, signal: number) =>
      float32(
        Float32Array.from({ length: shape[0]! }, (_, g) => (groups.has(g) ? noise : signal)),
        shape,
      );
    parameters[name] = of(0.1, 0.9);
    parameters[`${name}.rho`] = of(inverseSoftplus(1), inverseSoftplus(0.01));
  }
  return fittedPosterior({ ...posterior, members: [{ index: 0, parameters }] });
}

/**
 * The mean network with noisy groups cut by hand: zero rows of dense weights, zero filters with
 * their biases.
 */
function masked(
  posterior: FittedPosterior,
  noisy: Readonly<Record<string, readonly number[]>>,
): FittedPosterior {
  const mean = meanPosterior(posterior);
  const parameters = { ...mean.members[0]!.parameters };
  for (const [layer, groups] of Object.entries(noisy)) {
    const names = layer.startsWith('conv') ? ['weight', 'bias'] : ['weight'];
    for (const name of names.map((part) => `${layer}.${part}`)) {
      const { data, shape } = parameters[name]!;
      const block = data.length / shape[0]!;
      const left = Float32Array.from(data, (w, i) =>
        groups.includes(Math.floor(i / block)) ? 0 : w,
      );
      parameters[name] = float32(left, shape);
    }
  }
  return fittedPosterior({ ...mean, members: [{ index: 0, parameters }] });
}

async function probabilities(posterior: FittedPosterior, rows = 7): Promise<ArrayLike<number>> {
  const engine = createReferenceEngine();
  const predictor = await createPredictor({ engine, posterior, samples: 1 });
  const moments = await predictor.moments(randomFeatures(posterior.spec.input.shape, rows));
  await predictor.dispose();
  if (moments.kind !== 'class') throw new Error('expected classes');
  return moments.meanProbs_N_C;
}

function expectSame(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(tolerance);
}

const layersOf = ({ spec }: FittedPosterior): readonly LayerSpec[] =>
  'layers' in spec.network ? spec.network.layers : [];

describe('a dense network', () => {
  const noisy = { dense1: [0, 3, 7], dense2: [1, 2], head: [4] };
  const posterior = withNoise(dense, noisy);
  const compressed = compressPosterior(posterior);

  it('loses the inputs and units whose scales are noise, and says which inputs are left', () => {
    expect(layersOf(compressed.small)).toEqual([
      { kind: 'select', positions: [1, 2, 4, 5, 6] },
      { kind: 'dense', units: 4 },
      { kind: 'tanh' },
      { kind: 'dense', units: 4 },
      { kind: 'relu' },
    ]);
    expect(compressed.layers.map(({ inputs, outputs }) => [inputs.after, outputs.after])).toEqual([
      [5, 4],
      [4, 4],
      [4, 3],
    ]);
    expect(compressed.numbers).toEqual({
      before: 9 * 6 + 7 * 5 + 6 * 3,
      after: 6 * 4 + 5 * 4 + 5 * 3,
    });
  });

  it('puts the threshold into the dip of log alpha', () => {
    for (const { pruned } of compressed.layers) {
      expect(pruned).toMatchObject({ measure: 'log-alpha', origin: 'dip', of: 'inputs' });
      expect(pruned.threshold!).toBeGreaterThan(-9);
      expect(pruned.threshold!).toBeLessThan(4.6);
    }
    // ln(1 / .1^2) and ln(.01^2 / .9^2), through float32.
    expect(compressed.layers[0]!.pruned.values[0]).toBeCloseTo(Math.log(100), 4);
    expect(compressed.layers[0]!.pruned.values[1]).toBeCloseTo(2 * Math.log(0.01 / 0.9), 4);
  });

  it('answers as the masked full network does', async () => {
    const [small, full] = [compressed.small, masked(posterior, noisy)];
    expectSame(await probabilities(small), await probabilities(full), 1e-9);
  });

  it('keeps what a threshold by hand says, layer by layer', () => {
    const { layers } = compressPosterior(posterior, { threshold: { dense1: 5, dense2: -5 } });
    expect(layers.map(({ pruned }) => pruned.origin)).toEqual(['given', 'given', 'dip']);
    expect(layers[0]!.pruned.keep.every((on) => on === 1)).toBe(true);
  });

  it('is refused where nothing would be left, and where weights say nothing about noise', () => {
    expect(() => compressPosterior(posterior, { threshold: -20 })).toThrow(
      /Nothing is left of layer 'dense1'/,
    );
    const dropout = randomPosterior({ ...dense, posterior: { kind: 'ensemble', members: 2 } });
    expect(() => compressPosterior(dropout)).toThrow(/expected posterior 'group-normal-jeffreys'/);
  });

  it('gives importance 0 to inputs that are not read, and the norm of their weights to others', () => {
    const weights = meanPosterior(posterior).members[0]!.parameters['dense1.weight']!.data;
    const norm = Math.hypot(...(weights as Float32Array).subarray(6, 12));
    expect(compressed.importance![0]).toBe(0);
    expect(compressed.importance![1]).toBeCloseTo(norm, 6);
  });

  it('is saved, loaded and exported like any other posterior', async () => {
    const { small } = compressed;
    const again = loadPosterior(small.save());
    expect(Buffer.compare(again.save(), small.save())).toBe(0);
    const features = randomFeatures([8], 7);
    const session = await InferenceSession.create(
      exportPredictiveOnnx({ posterior: again, samples: 1 }),
    );
    const result = await session.run({
      features: new Tensor('float32', features.data as Float32Array, [7, 8]),
    });
    await session.release();
    const mean = Float64Array.from(result.mean!.data as Float32Array);
    expectSame(mean, await probabilities(small), 1e-5);
  });

  it('compressed once more stays as it is', async () => {
    const { spec, members } = compressed.small;
    const again = compressPosterior(
      fittedPosterior({
        ...compressed.small,
        spec: { ...spec, posterior: posterior.spec.posterior },
        members: [
          {
            index: 0,
            parameters: withNoise({ ...dense, network: spec.network }, {}).members[0]!.parameters,
          },
        ],
      }),
      { threshold: 5 },
    );
    expect(again.small.spec.network).toEqual(spec.network);
    expect(members).toHaveLength(1);
  });
});

describe('a convolutional network', () => {
  const noisy = { conv2d1: [2], conv2d2: [0, 4], dense1: [4, 5, 6, 7, 9, 19], head: [1] };
  const posterior = withNoise(images, noisy);
  const { small, layers } = compressPosterior(posterior);

  it('loses filters, the channels they make, and places behind the flattening', () => {
    expect(layers.map(({ inputs, outputs }) => [inputs.after, outputs.after])).toEqual([
      [2, 3],
      [3, 2],
      // Of 5 filters x 2 x 2 places: filters 0 and 4 are gone, and 1 with all its places; 9 of
      // filter 2 is gone.
      [7, 5],
      [5, 3],
    ]);
    expect(layersOf(small)).toContainEqual({ kind: 'select', positions: [0, 2, 3, 4, 5, 6, 7] });
  });

  it('answers as the masked full network does, on both engines', async () => {
    const full = masked(posterior, noisy);
    const expected = await probabilities(full);
    expectSame(await probabilities(small), expected, 1e-9);
    const predictor = await createPredictor({
      engine: createOnnxEngine(),
      posterior: small,
      samples: 1,
    });
    const moments = await predictor.moments(randomFeatures([2, 10, 10], 7));
    await predictor.dispose();
    if (moments.kind !== 'class') throw new Error('expected classes');
    expectSame(moments.meanProbs_N_C, expected, 1e-5);
  });

  it('says nothing about pixels, which its filters share', () => {
    expect(compressPosterior(posterior).importance).toBeNull();
  });
});

describe('the uncertain small network', () => {
  it.each([
    ['dense', dense, { dense1: [0, 3, 7], dense2: [1, 2], head: [4] }],
    ['convolutional', images, { conv2d1: [2], conv2d2: [0, 4], dense1: [4, 5, 6, 7], head: [1] }],
  ] as const)(
    '%s: has the mean of the small one, and the spread of what is left',
    (_, spec, noisy) => {
      const posterior = withNoise(spec, noisy);
      const { uncertain, small } = compressPosterior(posterior);
      const mean = meanPosterior(uncertain).members[0]!.parameters;
      for (const [name, { data, shape }] of Object.entries(small.members[0]!.parameters)) {
        expect(mean[name]!.shape).toEqual(shape);
        expect(mean[name]!.data).toEqual(data);
      }
      const again = loadPosterior(uncertain.save());
      const network = networkOf(again);
      const { pruning, sampleNetwork } = familyOf(again.spec.posterior);
      const full = networkOf(posterior);
      const before = pruning!.variances(full, posterior.members[0]!.parameters)['head.weight']!;
      const after = pruning!.variances(network, again.members[0]!.parameters)['head.weight']!;
      // Every variance of the small head is one of the full head's, in order.
      let at = -1;
      for (const variance of after.data) {
        at = before.data.indexOf(variance as never, at + 1);
        expect(at).toBeGreaterThanOrEqual(0);
      }
      expect(after.data.length).toBeLessThan(before.data.length);
      const draws = [0, 1].map(
        (i) => sampleNetwork(again, network, i).parameters['head.weight']!.data,
      );
      expect(draws[0]).not.toEqual(draws[1]);
    },
  );
});

describe('other posteriors', () => {
  it('a horseshoe of which two groups are left is loaded and predicts, though none could be fitted to them', async () => {
    const spec = { ...dense, posterior: { kind: 'group-horseshoe', globalScale: 0.1 } } as const;
    const { members, ...posterior } = randomPosterior(spec);
    const parameters = { ...members[0]!.parameters };
    const means = Float32Array.of(-20, -20, 0, -20, -20, -20, -20, 0);
    parameters['dense1.local.gamma'] = float32(means, [8]);
    const { uncertain } = compressPosterior(
      fittedPosterior({ ...posterior, members: [{ index: 0, parameters }] }),
      { threshold: { dense1: 6, dense2: 100, head: 100 } },
    );
    expect(layersOf(uncertain)[0]).toEqual({ kind: 'select', positions: [2, 7] });
    const loaded = loadPosterior(uncertain.save());
    expect(loaded.save()).toEqual(uncertain.save());
    expectSame(await probabilities(loaded), await probabilities(uncertain), 1e-12);
    expect(() => completeSpec(loaded.spec)).toThrow(/at least 3 inputs of layer 'dense1'/);
  });

  it('a horseshoe is pruned by the mode of its scales', async () => {
    const spec = { ...dense, posterior: { kind: 'group-horseshoe', globalScale: 0.1 } } as const;
    const { members, ...posterior } = randomPosterior(spec);
    const parameters = { ...members[0]!.parameters };
    const means = Float32Array.of(0, -20, 0, 0, 0, 0, 0, -20);
    parameters['dense1.local.gamma'] = float32(means, [8]);
    const compressed = compressPosterior(
      fittedPosterior({ ...posterior, members: [{ index: 0, parameters }] }),
      { threshold: { dense1: 6, dense2: 100, head: 100 } },
    );
    expect(compressed.layers[0]!.pruned.measure).toBe('negative-log-mode');
    expect([...compressed.layers[0]!.pruned.keep]).toEqual([1, 0, 1, 1, 1, 1, 1, 0]);
    // Means of ln z: half the sum of both factors' means, of the layer and of the group; the mode
    // lies a variance below.
    const value = (name: string, i: number) => parameters[`dense1.${name}`]!.data[i]!;
    const softplus = (x: number) => Math.log1p(Math.exp(x));
    let [mean, variance] = [0, 0];
    for (const [part, i] of [
      ['global.gamma', 0],
      ['global.inverse', 0],
      ['local.gamma', 1],
      ['local.inverse', 1],
    ] as const) {
      mean += value(part, i) / 2;
      variance += softplus(value(`${part}.rho`, i)) ** 2 / 4;
    }
    expect(compressed.layers[0]!.pruned.values[1]).toBeCloseTo(variance - mean, 5);
  });

  it('mean-field weights go one by one, by their noise in decibel', () => {
    const spec = { ...dense, posterior: { kind: 'mean-field' } } as const;
    const posterior = randomPosterior(spec);
    const { layers, small, numbers, uncertain } = compressPosterior(posterior, { threshold: -10 });
    const { parameters } = posterior.members[0]!;
    const kept = Array.from(parameters['dense1.weight']!.data, (mean, i) => {
      const deviation = Math.log1p(Math.exp(parameters['dense1.weight.rho']!.data[i]!));
      return Number(10 * Math.log10(deviation / Math.abs(mean)) <= -10);
    });
    expect(kept).toContain(0);
    expect([...layers[0]!.pruned.keep]).toEqual(kept);
    const weights = small.members[0]!.parameters['dense1.weight']!.data;
    expect(weights.filter((w) => w !== 0)).toHaveLength(kept.filter(Boolean).length);
    expect(layers[0]!.nonZero).toBe(kept.filter(Boolean).length + layers[0]!.outputs.after);
    expect(numbers.after).toBeLessThanOrEqual(numbers.before);
    const drawn = familyOf(uncertain.spec.posterior).sampleNetwork(
      uncertain,
      networkOf(uncertain),
      0,
    );
    const sampled = drawn.parameters['dense1.weight']!.data;
    weights.forEach((w, i) => {
      expect(sampled[i] === 0).toBe(w === 0);
    });
  });
});
