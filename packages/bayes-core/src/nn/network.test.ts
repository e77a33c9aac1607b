import { describe, expect, it } from 'vitest';
import { completeSpec } from './complete-spec.js';
import { multiplyAdds } from './cost.js';
import { resolveNetwork } from './network.js';
import { presets } from './presets.js';
import type { InitialisationName, PartialModelSpec, PresetName } from './spec.js';

const classes = { kind: 'class', classes: 10 } as const;
const digits: PartialModelSpec = {
  network: { preset: 'small-mlp' },
  input: { shape: [64] },
  output: classes,
};
const image: PartialModelSpec = {
  network: { preset: 'batchbald-conv' },
  input: { shape: [1, 28, 28] },
  output: classes,
};
const kinds = (spec: PartialModelSpec) =>
  resolveNetwork(completeSpec(spec)).layers.map(({ kind }) => kind);

describe('a spec', () => {
  it('is completed with defaults, and completing it again changes nothing', () => {
    const spec = completeSpec(digits);
    expect(spec).toMatchObject({
      posterior: { kind: 'mc-dropout', rate: 0.25 },
      optimiser: { kind: 'adam', learningRate: 1e-3, weightDecay: 0, momentum: 0 },
      batchSize: 64,
      maxEpochs: 100,
      patience: 10,
      stopOn: 'loss',
    });
    expect(completeSpec(spec)).toEqual(spec);
    expect(completeSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  });

  it.each([
    [
      { ...digits, network: { preset: 'vgg' as PresetName } },
      "field 'network.preset': expected one of 'batchbald-conv'",
    ],
    [
      { ...digits, network: { layers: [{ kind: 'dense', units: 0 }] } },
      "field 'network.layers[0].units': expected a whole number of at least 1, got 0",
    ],
    [
      { ...digits, network: { layers: [{ kind: 'conv2d', channels: 4, kernel: 3 }] } },
      "field 'network.layers[0]': expected an image",
    ],
    [
      { ...digits, network: { layers: [{ kind: 'dropout', rate: 1 }] } },
      "field 'network.layers[0].rate': expected a dropout rate above 0 and below 1, got 1",
    ],
    [
      { ...digits, network: { layers: [{ kind: 'dense', units: 3 }] } },
      "field 'posterior.kind': expected a network with dropout layers",
    ],
    [
      { ...digits, network: { layers: [{ kind: 'select', positions: [3, 3] }] } },
      "field 'network.layers[0].positions': expected whole numbers from 0, at least one, each above the last, got [3,3]",
    ],
    [
      {
        ...digits,
        network: { layers: [{ kind: 'select', positions: [0, 64] }, { kind: 'dropout' }] },
      },
      "field 'network.layers[0].positions': expected numbers of 64 features, got [0,64]",
    ],
    [
      { ...digits, initialisation: 'orthogonal' as InitialisationName },
      "field 'initialisation': expected one of 'he-normal'",
    ],
    [
      { ...digits, input: { shape: [8, 8] } },
      "field 'input.shape': expected [features] or [channels, height, width], got [8,8]",
    ],
    [
      { ...digits, output: { kind: 'class' as const, classes: 1 } },
      "field 'output.classes': expected a whole number of at least 2, got 1",
    ],
    [
      { ...digits, posterior: { kind: 'ensemble' as const, members: 1 } },
      "field 'posterior.members': expected a whole number of at least 2",
    ],
    [
      { ...digits, optimiser: { learningRate: Number.NaN } },
      "field 'optimiser.learningRate': expected a positive number",
    ],
    [
      { ...digits, batchSize: 1.5 },
      "field 'batchSize': expected a whole number of at least 1, got 1.5",
    ],
    [
      { ...digits, output: { kind: 'number' as const }, stopOn: 'accuracy' as const },
      "field 'stopOn': expected 'loss' for numbers",
    ],
    [
      { ...image, input: { shape: [1, 8, 8] } },
      'expected an image [channels, height, width] of at least 5 x 5',
    ],
  ] as const)('that makes no sense is refused by field (%#)', (spec, message) => {
    expect(() => completeSpec(spec as PartialModelSpec)).toThrow(message);
  });
});

describe('presets', () => {
  it.each(Object.keys(presets) as PresetName[])(
    '%s fits digits of 28 x 28 with every posterior',
    (preset) => {
      for (const posterior of [
        { kind: 'mc-dropout' },
        { kind: 'ensemble' },
        { kind: 'point' },
      ] as const) {
        const { layers, outputs } = resolveNetwork(
          completeSpec({ ...image, network: { preset }, posterior }),
        );
        expect(layers.at(-1)).toMatchObject({ name: 'head', outputShape: [10] });
        expect(outputs).toBe(10);
        expect(layers.some(({ kind }) => kind === 'dropout')).toBe(posterior.kind === 'mc-dropout');
      }
    },
  );

  it("BatchBALD's net has the published sizes", () => {
    const { layers, parameters } = resolveNetwork(completeSpec(image));
    expect(layers.find(({ name }) => name === 'dense1')!.inputShape).toEqual([1024]);
    expect(parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)).toBe(
      832 + 51_264 + 131_200 + 1_290,
    );
    expect(multiplyAdds(layers)).toBe(460_800 + 3_276_800 + 131_072 + 1_280);
  });

  it("Gal's net drops a quarter of 3,872 units, then half of 128", () => {
    const { layers } = resolveNetwork(completeSpec({ ...image, network: { preset: 'gal-conv' } }));
    const dropouts = layers.filter((layer) => layer.kind === 'dropout');
    expect(dropouts.map(({ rate, maskSize }) => [rate, maskSize])).toEqual([
      [0.25, 3872],
      [0.5, 128],
    ]);
  });
});

describe('the order of layers', () => {
  it('puts dropout behind what it commutes with, so that more is computed once', () => {
    expect(kinds(image)).toEqual([
      'conv2d',
      'max-pool',
      'relu',
      'dropout',
      'conv2d',
      'max-pool',
      'relu',
      'dropout',
      'flatten',
      'dense',
      'relu',
      'dropout',
      'dense',
    ]);
  });

  it('keeps dropout before layers that it does not commute with', () => {
    const layers = [
      { kind: 'dropout', of: 'units' },
      { kind: 'max-pool', size: 2 },
      { kind: 'tanh' },
      { kind: 'dropout', of: 'channels' },
      { kind: 'tanh' },
    ] as const;
    expect(kinds({ ...image, network: { layers } })).toEqual([
      'dropout',
      'max-pool',
      'tanh',
      'dropout',
      'tanh',
      'flatten',
      'dense',
    ]);
  });

  it('does a relu after the max pooling that follows it', () => {
    const layers = [{ kind: 'relu' }, { kind: 'max-pool', size: 2 }] as const;
    expect(kinds({ ...image, network: { layers }, posterior: { kind: 'point' } })).toEqual([
      'max-pool',
      'relu',
      'flatten',
      'dense',
    ]);
  });
});
