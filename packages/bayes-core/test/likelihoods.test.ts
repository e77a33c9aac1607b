import { describe, expect, it } from 'vitest';
import type { Engine } from '../src/engine/engine.js';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { createReferenceEngine } from '../src/engine/reference/engine.js';
import { grad } from '../src/graph/gradient.js';
import { graph } from '../src/graph/graph.js';
import { input, type Node } from '../src/graph/node.js';
import { likelihoodOf } from '../src/likelihood/likelihood-of.js';
import { logitNoiseDraws } from '../src/likelihood/noisy-categorical.js';
import { completeSpec } from '../src/nn/complete-spec.js';
import { headsOf, outputWidth } from '../src/nn/heads.js';
import type { Parameters } from '../src/nn/parameters.js';
import type { OutputSpec } from '../src/nn/spec.js';
import { type Targets, targetScale } from '../src/nn/targets.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { float32, sizeOf, type Tensor } from '../src/tensor.js';

const reference = createReferenceEngine();
const onnx = createOnnxEngine();
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

const specOf = (output: OutputSpec) =>
  completeSpec({
    network: { layers: [{ kind: 'dense', units: 3 }] },
    input: { shape: [2] },
    posterior: { kind: 'point' },
    output,
  });

const numbers: Targets = { kind: 'number', values: Float64Array.of(3, -1, 4, 1.5, 9) };
const classes: Targets = { kind: 'class', values: Int32Array.of(2, 0, 1, 2, 2) };
const choices: Targets = {
  kind: 'choices',
  values: Uint8Array.of(1, 0, 0, 1, 1, 1, 0, 0, 1, 0),
};

const cases: readonly (readonly [string, OutputSpec, Targets])[] = [
  ['a class', { kind: 'class', classes: 3 }, classes],
  [
    'a class with noise on its logits',
    { kind: 'class', classes: 3, logitNoise: { draws: 8 } },
    classes,
  ],
  ['choices', { kind: 'choices', choices: 2 }, choices],
  ['a number with a given noise', { kind: 'number', noiseVariance: 2 }, numbers],
  ['a number with a learned noise', { kind: 'number' }, numbers],
  ['a number with a noise per item', { kind: 'number', noise: 'per-item' }, numbers],
  [
    'several fields',
    {
      kind: 'fields',
      fields: [
        { name: 'kind', output: { kind: 'class', classes: 3, logitNoise: { draws: 4 } } },
        { name: 'size', output: { kind: 'number' } },
        { name: 'marks', output: { kind: 'choices', choices: 2 } },
        { name: 'price', output: { kind: 'number', noise: 'per-item' } },
      ],
    },
    { kind: 'fields', fields: [classes, numbers, choices, numbers] },
  ],
];

/** A likelihood with random outputs, and the noise that `evaluate` integrates over. */
function prepared(output: OutputSpec, targets: Targets) {
  const scale = targetScale(targets);
  const likelihood = likelihoodOf(specOf(output), scale);
  const width = outputWidth(output);
  const outputs = float32(normal(stream(6).split('outputs'), 5 * width), [5, width]);
  const parameters: Parameters = Object.fromEntries(
    headsOf(output).flatMap(({ logVariance }, i) =>
      logVariance ? [[logVariance, float32(Float32Array.of(0.3 - 0.4 * i), [])]] : [],
    ),
  );
  const noise = Object.fromEntries(
    likelihood.noise(5).map(({ name, shape: [, draws, width] }) => {
      const points = logitNoiseDraws(width!, draws!);
      const data = Float32Array.from(
        { length: 5 * points.length },
        (_, i) => points[i % points.length]!,
      );
      return [name, float32(data, [5, draws!, width!])];
    }),
  );
  const fed = {
    outputs,
    targets: likelihood.targetTensor(targets, scale),
    ...parameters,
    ...noise,
  };
  const node = (name: string): Node => {
    const tensor = fed[name as keyof typeof fed] as Tensor;
    return input(name, tensor.dtype === 'int32' ? 'int32' : 'float32', tensor.shape);
  };
  const nodes = new Map(Object.keys(fed).map((name) => [name, node(name)]));
  const loss = likelihood.loss(
    nodes.get('outputs')!,
    nodes.get('targets')!,
    (name) => nodes.get(name)!,
    (name) => nodes.get(name)!,
  );
  return { likelihood, scale, outputs, parameters, fed, nodes, loss };
}

async function run(engine: Engine, outputs: Record<string, Node>, fed: Record<string, Tensor>) {
  const closed = graph(outputs);
  const program = await engine.compile(closed);
  const names = closed.inputs.map((node) => node.attributes.name as string);
  const result = await program.run(Object.fromEntries(names.map((name) => [name, fed[name]!])));
  await program.dispose();
  return result;
}

describe.each(cases)('%s', (_name, output, targets) => {
  it('has the loss of its plain twin, on both engines', async () => {
    const { likelihood, scale, outputs, parameters, fed, loss } = prepared(output, targets);
    const expected = likelihood.evaluate(outputs.data, targets, scale, parameters).loss;
    expect(Number.isFinite(expected)).toBe(true);
    for (const engine of [reference, onnx]) {
      const { value } = await run(engine, { value: loss }, fed);
      expect(Math.abs(value!.data[0]! - expected)).toBeLessThan(5e-6 * (1 + Math.abs(expected)));
    }
  });

  it('has gradients that equal finite differences in float64, on the ONNX engine too', async () => {
    const { fed, nodes, loss, parameters } = prepared(output, targets);
    const names = ['outputs', ...Object.keys(parameters)];
    const gradients = Object.fromEntries(
      grad(
        loss,
        names.map((name) => nodes.get(name)!),
      ).map((node, i) => [names[i]!, node]),
    );
    const analytic = await run(reference, gradients, fed);
    const native = await run(onnx, gradients, fed);
    const value = async (name: string, at: number, by: number) => {
      const tensor = fed[name as keyof typeof fed] as Tensor;
      const data = Float64Array.from(tensor.data);
      data[at]! += by;
      const nudged = { ...fed, [name]: { ...tensor, dtype: 'float64' as const, data } };
      return (await run(reference, { loss }, nudged)).loss!.data[0]!;
    };
    const h = 1e-5;
    for (const name of names) {
      const size = sizeOf((fed[name as keyof typeof fed] as Tensor).shape);
      for (let i = 0; i < size; i++) {
        const numeric = ((await value(name, i, h)) - (await value(name, i, -h))) / (2 * h);
        expect(Math.abs(analytic[name]!.data[i]! - numeric)).toBeLessThan(1e-6);
        expect(Math.abs(native[name]!.data[i]! - analytic[name]!.data[i]!)).toBeLessThan(1e-5);
      }
    }
  });
});

/** The loss of single items with noise per item, where target scale is 1 (mean 0, deviation 1). */
async function itemLoss(rows: readonly { y: number; mean: number; s: number }[], betaNll = 0) {
  const output: OutputSpec = { kind: 'number', noise: 'per-item', betaNll };
  const likelihood = likelihoodOf(specOf(output), { mean: 0, deviation: 1 });
  const [outputs, targets] = [
    input('outputs', 'float32', [rows.length, 2]),
    input('targets', 'float32', [rows.length]),
  ];
  const none = () => outputs;
  const loss = likelihood.loss(outputs, targets, none, none);
  const fed = {
    outputs: float32(Float32Array.from(rows.flatMap(({ mean, s }) => [mean, s])), [rows.length, 2]),
    targets: float32(
      Float32Array.from(rows, ({ y }) => y),
      [rows.length],
    ),
  };
  const gradient = grad(loss, [outputs])[0]!;
  const results = await run(reference, { loss, gradient }, fed);
  return { loss: results.loss!.data[0]!, gradient: [...results.gradient!.data] };
}

describe('the noise of each item', () => {
  it('has the loss 1/2 exp(-s)(y-f)^2 + s/2 + 1/2 ln 2 pi', async () => {
    const { loss } = await itemLoss([{ y: 3, mean: 1, s: Math.log(4) }]);
    expect(loss).toBeCloseTo(0.5 + Math.log(2) + HALF_LOG_TWO_PI, 6);
    const both = await itemLoss([
      { y: 3, mean: 1, s: 0 },
      { y: 0, mean: 0, s: -2 },
    ]);
    expect(both.loss).toBeCloseTo((2 - 1) / 2 + HALF_LOG_TWO_PI, 6);
  });

  it('is best where s is the log of the squared residual', async () => {
    const residual = 1.7;
    const best = Math.log(residual ** 2);
    const at = async (s: number) => itemLoss([{ y: residual, mean: 0, s }]);
    const { loss, gradient } = await at(best);
    expect(gradient[1]).toBeCloseTo(0, 6);
    for (const off of [-1, -0.1, 0.1, 1]) expect((await at(best + off)).loss).toBeGreaterThan(loss);
  });

  it('weighs items by variance^beta without a gradient through the weight', async () => {
    const row = { y: 3, mean: 1, s: Math.log(4) };
    const plain = await itemLoss([row]);
    const weighed = await itemLoss([row], 0.5);
    expect(weighed.loss).toBeCloseTo(2 * plain.loss, 5);
    weighed.gradient.forEach((value, i) => {
      expect(value).toBeCloseTo(2 * plain.gradient[i]!, 5);
    });
  });

  it('at beta = 1 gives means the gradient of a squared error, whatever the noise', async () => {
    for (const s of [-2, 0, 3]) {
      const { gradient } = await itemLoss([{ y: 3, mean: 1, s }], 1);
      expect(gradient[0]).toBeCloseTo(-2, 5);
    }
  });
});

describe('noise on the logits', () => {
  const output: OutputSpec = { kind: 'class', classes: 3, logitNoise: { draws: 64 } };
  const likelihood = likelihoodOf(specOf(output), { mean: 0, deviation: 1 });
  const lossOf = (outputs: readonly number[], label: number) =>
    likelihood.evaluate(
      outputs,
      { kind: 'class', values: Int32Array.of(label) },
      { mean: 0, deviation: 1 },
      {},
    ).loss;

  it('of no size is no noise', () => {
    const plain = likelihoodOf(specOf({ kind: 'class', classes: 3 }), { mean: 0, deviation: 1 });
    const expected = plain.evaluate(
      [1, -2, 0.5],
      { kind: 'class', values: Int32Array.of(1) },
      { mean: 0, deviation: 1 },
      {},
    ).loss;
    expect(lossOf([1, -2, 0.5, -60, -60, -60], 1)).toBeCloseTo(expected, 9);
  });

  it('softens a sure answer, and stays finite where logits are huge', () => {
    expect(lossOf([8, 0, 0, 5, 5, 5], 1)).toBeLessThan(lossOf([8, 0, 0, -60, -60, -60], 1));
    expect(Number.isFinite(lossOf([4000, -4000, 0, 12, 12, 12], 1))).toBe(true);
  });

  it('is integrated at points of mean zero that depend on their number alone', () => {
    const points = logitNoiseDraws(3, 64);
    expect(points).toEqual(logitNoiseDraws(3, 64));
    expect(Math.abs(points.reduce((sum, x) => sum + x, 0))).toBeLessThan(1e-5);
    const variance = points.reduce((sum, x) => sum + x * x, 0) / points.length;
    // 96 independent squares: a deviation of .144, false alarms below one in 10^4.
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 96));
  });
});

describe('task noise', () => {
  it('of a choice is best where its log variance is ln 2 L', async () => {
    const output: OutputSpec = {
      kind: 'fields',
      fields: [
        { name: 'a', output: { kind: 'class', classes: 2 } },
        { name: 'b', output: { kind: 'number' } },
      ],
    };
    const targets: Targets = {
      kind: 'fields',
      fields: [
        { kind: 'class', values: Int32Array.of(0, 1) },
        { kind: 'number', values: Float64Array.of(0, 2) },
      ],
    };
    const scale = targetScale(targets);
    const likelihood = likelihoodOf(specOf(output), scale);
    const at = (s: number) =>
      likelihood.evaluate([0, 0, -1, 0, 0, 1], targets, scale, {
        'likelihood.field0.logVariance': float32(Float32Array.of(s), []),
        'likelihood.field1.logVariance': float32(Float32Array.of(0), []),
      }).loss;
    const best = Math.log(2 * Math.LN2);
    expect(at(best)).toBeCloseTo(0.5 + best / 2 + HALF_LOG_TWO_PI, 6);
    for (const off of [-0.5, 0.5]) expect(at(best + off)).toBeGreaterThan(at(best));
  });
});
