import { describe, expect, it, type TestContext } from 'vitest';
import type { Engine } from '../src/engine/engine.js';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { createReferenceEngine } from '../src/engine/reference/engine.js';
import { kernels } from '../src/graph/evaluate.js';
import { grad, gradientRules } from '../src/graph/gradient.js';
import { graph } from '../src/graph/graph.js';
import { input, type Node } from '../src/graph/node.js';
import * as ops from '../src/graph/ops.js';
import { float32, type Tensor } from '../src/tensor.js';
import {
  type ConformanceCase,
  conformanceCases,
  inputNodes,
  projected,
} from './conformance-cases.js';
import { javascriptTensorflow, requireNativeTensorflow } from './tensorflow-engines.js';

async function compute(
  engine: Engine,
  outputs: Record<string, Node>,
  inputs: Record<string, Tensor>,
): Promise<Record<string, Tensor>> {
  const program = await engine.compile(graph(outputs));
  const needed = Object.fromEntries(
    graph(outputs).inputs.map((node) => [
      node.attributes.name as string,
      inputs[node.attributes.name as string]!,
    ]),
  );
  const result = await program.run(needed);
  await program.dispose();
  return result;
}

function expectClose(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  expected.data.forEach((value, i) => {
    expect(Math.abs(actual.data[i]! - value)).toBeLessThanOrEqual(
      tolerance * (1 + Math.abs(value)),
    );
  });
}

const reference = createReferenceEngine();
const onnx = createOnnxEngine();
const twoThreads = createOnnxEngine({ threads: 2 });
const engines: readonly (readonly [string, (context: TestContext) => Engine])[] = [
  ['ONNX, one thread', () => onnx],
  ['ONNX, two threads', () => twoThreads],
  ['TensorFlow in JavaScript', () => javascriptTensorflow],
  ['TensorFlow, native', requireNativeTensorflow],
];
const floatInputs = (testCase: ConformanceCase) =>
  Object.keys(testCase.inputs).filter((name) => testCase.inputs[name]!.dtype === 'float32');

describe.each(engines)('%s agrees with the reference engine', (_, engineOf) => {
  for (const testCase of conformanceCases) {
    it(testCase.name, async (context) => {
      const outputs = { y: testCase.build(inputNodes(testCase)) };
      const [expected, actual] = [
        await compute(reference, outputs, testCase.inputs),
        await compute(engineOf(context), outputs, testCase.inputs),
      ];
      expect(actual.y!.dtype).toBe(outputs.y.dtype);
      expectClose(actual.y!, expected.y!, 2e-6);
    });
  }
});

describe('gradients', () => {
  const differentiable = conformanceCases.filter(
    (testCase) =>
      floatInputs(testCase).length > 0 && testCase.build(inputNodes(testCase)).dtype === 'float32',
  );

  /** The gradients of a random projection of the case's result, and where to take them. */
  async function gradientsOf(testCase: ConformanceCase) {
    const nodes = inputNodes(testCase);
    const names = floatInputs(testCase);
    const { shape } = (await compute(reference, { y: testCase.build(nodes) }, testCase.inputs)).y!;
    const { scalar, inputs: projection } = projected(testCase.build(nodes), shape);
    const wanted = grad(
      scalar,
      names.map((name) => nodes[name]!),
    );
    const gradients = Object.fromEntries(wanted.map((node, i) => [names[i]!, node]));
    return { names, scalar, gradients, point: { ...testCase.inputs, ...projection } };
  }

  it.each(differentiable.map((testCase) => [testCase.name, testCase] as const))(
    'of %s equal finite differences in float64',
    async (_name, testCase) => {
      const { names, scalar, gradients, point } = await gradientsOf(testCase);
      const analytic = await compute(reference, gradients, point);
      const value = async (inputs: Record<string, Tensor>) =>
        (await compute(reference, { y: scalar }, inputs)).y!.data[0]!;
      const h = 1e-6;
      for (const name of names) {
        const tensor = testCase.inputs[name]!;
        const step = Math.max(1, Math.floor(tensor.data.length / 25));
        for (let i = 0; i < tensor.data.length; i += step) {
          const nudged = (by: number) => {
            const data = Float64Array.from(tensor.data);
            data[i]! += by;
            return { ...point, [name]: { ...tensor, dtype: 'float64' as const, data } };
          };
          const numeric = ((await value(nudged(h))) - (await value(nudged(-h)))) / (2 * h);
          expect(Math.abs(analytic[name]!.data[i]! - numeric)).toBeLessThanOrEqual(
            1e-6 * (1 + Math.abs(numeric)),
          );
        }
      }
    },
  );

  describe.each(engines)('on %s', (_, engineOf) => {
    for (const testCase of differentiable) {
      it(`of ${testCase.name} are the reference engine's`, async (context) => {
        const { names, gradients, point } = await gradientsOf(testCase);
        const expected = await compute(reference, gradients, point);
        const actual = await compute(engineOf(context), gradients, point);
        for (const name of names) expectClose(actual[name]!, expected[name]!, 1e-5);
      });
    }
  });

  it('take what stop-gradient holds as a constant: d/dx stop(x)^2 x = stop(x)^2', async () => {
    const x = input('x', 'float32', [3]);
    const value = ops.reduceSum(ops.multiply(ops.square(ops.stopGradient(x)), x));
    const inputs = { x: float32(Float32Array.of(-1, 0.5, 3), [3]) };
    const { gradient } = await compute(reference, { gradient: grad(value, [x])[0]! }, inputs);
    expect([...gradient!.data]).toEqual([1, 0.25, 9]);
  });

  it('are checked for every operation that has a kernel', () => {
    const seen = new Set<string>();
    for (const testCase of conformanceCases)
      for (const node of graph({ y: testCase.build(inputNodes(testCase)) }).nodes)
        seen.add(node.op);
    expect(Object.keys(kernels).filter((op) => !seen.has(op))).toEqual([]);
    expect(Object.keys(kernels).filter((op) => !(op in gradientRules))).toEqual([]);
  });
});

describe('loop', () => {
  const build = () => {
    const start = input('start', 'float32', [2]);
    const steps = input('steps', 'float32', ['K', 2]);
    const factor = input('factor', 'float32', []);
    return ops.loop({
      carried: { sum: start },
      perStep: { x: steps },
      captured: { factor },
      body: ({ carried, perStep, captured }) => {
        const sum = ops.add(carried.sum!, ops.multiply(perStep.x!, captured.factor!));
        return { carried: { sum }, stacked: { total: ops.reduceSum(sum) } };
      },
    });
  };
  const inputs = {
    start: float32(Float32Array.of(1, 2), [2]),
    steps: float32(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]),
    factor: float32(Float32Array.of(2), []),
  };

  for (const [name, engineOf] of [['reference', () => reference] as const, ...engines]) {
    it(`carries values through the steps and stacks the rest on ${name}`, async (context) => {
      const { carried, stacked } = build();
      const result = await compute(
        engineOf(context),
        { sum: carried.sum!, totals: stacked.total! },
        inputs,
      );
      expect([...result.sum!.data]).toEqual([19, 26]);
      expect([...result.totals!.data]).toEqual([9, 23, 45]);
    });
  }

  it('refuses a body that changes the shape of a carried value', () => {
    const start = input('start', 'float32', [2]);
    const steps = input('steps', 'float32', ['K', 2]);
    expect(() =>
      ops.loop({
        carried: { sum: start },
        perStep: { x: steps },
        captured: {},
        body: ({ carried }) => ({ carried: { sum: ops.reduceSum(carried.sum!) }, stacked: {} }),
      }),
    ).toThrow(/carried value 'sum' to keep its type and shape/);
  });
});
