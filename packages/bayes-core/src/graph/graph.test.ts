import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.js';
import { grad } from './gradient.js';
import { countOperations, graph } from './graph.js';
import { makeValue } from './kernels/value.js';
import { constant, input, type Node } from './node.js';
import * as ops from './ops.js';

const x = input('x', 'float32', ['N', 4]);
const y = input('y', 'float32', ['N', 4]);

function operations(node: Node): string[] {
  return graph({ node }).nodes.map(({ op }) => op);
}

describe('shape errors', () => {
  it('name the operation, what it expected and what came, with the names of inputs', () => {
    const w = input('w', 'float32', [5, 2]);
    expect(() => ops.matmul(x, w)).toThrow(
      "matmul: expected the last axis of the first to equal the last but one of the second, got input 'x' float32[N, 4] and input 'w' float32[5, 2].",
    );
  });

  it.each([
    ['add', () => ops.add(x, input('b', 'float32', [3])), /add: expected shapes that broadcast/],
    ['mixed types', () => ops.add(x, input('b', 'int32', [4])), /operands of one type/],
    [
      'reshape',
      () => ops.reshape(input('a', 'float32', [6]), [4, 2]),
      /a shape of the same size as the value, not \[4, 2\]/,
    ],
    ['two open sizes', () => ops.reshape(x, ['P', 'Q']), /reshape: expected/],
    ['an axis out of range', () => ops.reduceSum(x, [2]), /distinct axes between -2 and 1/],
    ['slice', () => ops.slice(x, 1, 2, 9), /a part of axis 1 inside \[0, 4\), got \[2, 9\)/],
    ['slice of a named axis', () => ops.slice(x, 0, 0, 1), /a size known in advance on axis 0/],
    [
      'concat',
      () => ops.concat([x, input('z', 'float32', ['M', 4])], 1),
      /equal sizes on every axis but 1/,
    ],
    ['gather', () => ops.gather(x, y), /gather: expected int32/],
    [
      'conv2d of other channels',
      () => ops.conv2d(input('i', 'float32', [1, 2, 5, 5]), input('w', 'float32', [3, 1, 3, 3])),
      /as many input channels/,
    ],
    [
      'conv2d of a small image',
      () => ops.conv2d(input('i', 'float32', [1, 2, 2, 5]), input('w', 'float32', [3, 2, 3, 3])),
      /an image at least as large as the kernel/,
    ],
    [
      'max-pool',
      () => ops.maxPool(input('i', 'float32', [1, 2, 1, 5]), 2),
      /an image of at least 2 x 2/,
    ],
    ['grad of a vector', () => grad(x, [x]), /grad: expected a float32 scalar/],
  ] as const)('refuse %s', (_, build, message) => {
    expect(build).toThrow(message);
  });

  it('refuse two inputs of one name', () => {
    const other = input('x', 'float32', ['N', 3]);
    expect(() => graph({ a: ops.reduceSum(x), b: ops.reduceSum(other) })).toThrow(
      /Two different inputs are named 'x'/,
    );
  });
});

describe('a closed graph', () => {
  it('computes equal expressions once', () => {
    const twice = ops.add(ops.exp(ops.add(x, y)), ops.exp(ops.add(x, y)));
    expect(operations(twice).filter((op) => op === 'exp')).toHaveLength(1);
  });

  it('keeps expressions apart that differ in an attribute, a shape or a constant', () => {
    const parts = [
      ops.reduceSum(x, [0]),
      ops.reduceSum(x, [1]),
      ops.multiply(x, constant(2)),
      ops.multiply(x, constant(3)),
    ];
    expect(
      countOperations(graph(Object.fromEntries(parts.map((part, i) => [`p${i}`, part]))).nodes),
    ).toBe(4);
    const infinite = ops.subtract(
      ops.divide(constant(1), constant(0)),
      ops.divide(constant(1), constant(-0)),
    );
    expect(graph({ infinite }).outputs.infinite!.attributes.data).toEqual(
      Float32Array.of(Infinity),
    );
  });

  it('folds what is constant and drops what changes nothing', () => {
    const scaled = ops.multiply(x, ops.add(constant(0.25), constant(0.75)));
    expect(operations(ops.add(scaled, constant(0)))).toEqual(['input']);
  });

  it('does not take away a neutral operand that changes the shape', () => {
    const row = input('row', 'float32', [4]);
    const repeated = ops.add(row, constant(new Float32Array(8), [2, 4]));
    expect(graph({ repeated }).outputs.repeated!.shape).toEqual([2, 4]);
  });

  it('leaves out what no result needs', () => {
    ops.exp(x);
    expect(operations(ops.relu(y))).toEqual(['input', 'relu']);
  });
});

describe('grad', () => {
  it('sums over every path to a value', () => {
    const s = input('s', 'float32', []);
    const [ds] = grad(ops.multiply(ops.multiply(s, s), s), [s]);
    const nodes = graph({ ds: ds! });
    const values = evaluate(
      nodes.nodes,
      new Map([[nodes.inputs[0]!, makeValue([], Float64Array.of(2))]]),
    );
    expect(values.get(nodes.outputs.ds!)!.data[0]).toBe(12);
  });

  it('is zero for a value that does not reach the result', () => {
    const [dy] = grad(ops.reduceSum(x), [y]);
    expect(operations(dy!)).not.toContain('exp');
    expect(dy!.shape).toEqual(['N', 4]);
  });

  it('refuses to pass through a loop and says what to do', () => {
    const steps = input('steps', 'float32', ['K']);
    const start = input('start', 'float32', []);
    const { carried } = ops.loop({
      carried: { sum: start },
      perStep: { step: steps },
      captured: {},
      body: ({ carried: { sum }, perStep: { step } }) => ({
        carried: { sum: ops.add(sum!, step!) },
        stacked: {},
      }),
    });
    expect(() => grad(carried.sum!, [start])).toThrow(
      /has no gradient rule; take the gradient inside it/,
    );
  });
});
