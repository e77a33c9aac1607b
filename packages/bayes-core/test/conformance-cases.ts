import { type DType, input, type Node, type Shape } from '../src/graph/node.js';
import * as ops from '../src/graph/ops.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { float32, int32, sizeOf, type Tensor } from '../src/tensor.js';

/** One expression that every engine must compute alike. */
export type ConformanceCase = {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly shapes?: Readonly<Record<string, Shape>>;
  readonly build: (inputs: Readonly<Record<string, Node>>) => Node;
};

function noise(
  name: string,
  shape: readonly number[],
  change: (x: number) => number = (x) => x,
): Tensor {
  return float32(normal(stream(1).split(name), sizeOf(shape)).map(change), shape);
}

const positive = (x: number) => Math.abs(x) + 0.3;
const indexes = (values: readonly number[], shape: readonly number[] = [values.length]) =>
  int32(Int32Array.from(values), shape);

const a = noise('a', [3, 4]);
const b = noise('b', [3, 4]);
const row = noise('row', [4]);
const column = noise('column', [3, 1], positive);
const image = noise('image', [2, 3, 7, 6]);
const filters = noise('filters', [4, 3, 3, 2]);
const named: Readonly<Record<string, Shape>> = { a: ['N', 4], image: ['N', 3, 7, 6] };

const unary = Object.entries({
  negate: ops.negate,
  exp: ops.exp,
  square: ops.square,
  abs: ops.abs,
  sign: ops.sign,
  relu: ops.relu,
  tanh: ops.tanh,
  sigmoid: ops.sigmoid,
  erf: ops.erf,
}).map(
  ([name, op]): ConformanceCase => ({
    name,
    inputs: { a },
    shapes: named,
    build: ({ a }) => op(a!),
  }),
);

const unaryPositive = Object.entries({ log: ops.log, sqrt: ops.sqrt }).map(
  ([name, op]): ConformanceCase => ({
    name,
    inputs: { column },
    build: ({ column }) => op(column!),
  }),
);

const binary = Object.entries({
  add: ops.add,
  subtract: ops.subtract,
  multiply: ops.multiply,
  divide: ops.divide,
  maximum: ops.maximum,
  minimum: ops.minimum,
}).flatMap(([name, op]): ConformanceCase[] => [
  { name, inputs: { a, b: noise('b', [3, 4], positive) }, build: ({ a, b }) => op(a!, b!) },
  {
    name: `${name}, row against column`,
    inputs: { row, column },
    build: ({ row, column }) => op(row!, column!),
  },
  {
    name: `${name}, one value on both sides`,
    inputs: { column },
    build: ({ column }) => op(column!, column!),
  },
]);

export const conformanceCases: readonly ConformanceCase[] = [
  ...unary,
  ...unaryPositive,
  ...binary,
  {
    name: 'greater and cast',
    inputs: { a, b },
    build: ({ a, b }) => ops.cast(ops.greater(a!, b!), 'float32'),
  },
  {
    name: 'equal',
    inputs: { a: indexes([1, 2, 3]), b: indexes([1, 5, 3]) },
    build: ({ a, b }) => ops.equal(a!, b!),
  },
  {
    name: 'divide of whole numbers',
    inputs: { a: indexes([7, -7, 6, -1]), b: indexes([2, 2, -3, 5]) },
    build: ({ a, b }) => ops.divide(a!, b!),
  },
  {
    name: 'where',
    inputs: { a, b, row },
    build: ({ a, b, row }) => ops.where(ops.greater(a!, b!), b!, row!),
  },
  {
    name: 'cast from uint8',
    inputs: { a: { dtype: 'uint8', shape: [2, 2], data: Uint8Array.of(0, 7, 200, 255) } },
    build: ({ a }) => ops.cast(a!, 'float32'),
  },
  {
    name: 'reduce-sum of everything',
    inputs: { a },
    shapes: named,
    build: ({ a }) => ops.reduceSum(a!),
  },
  {
    name: 'reduce-sum over the last axis',
    inputs: { a },
    shapes: named,
    build: ({ a }) => ops.reduceSum(a!, [-1]),
  },
  {
    name: 'reduce-sum keeping axes',
    inputs: { image },
    shapes: named,
    build: ({ image }) => ops.reduceSum(image!, [0, 2], { keepDims: true }),
  },
  { name: 'reduce-max', inputs: { a }, build: ({ a }) => ops.reduceMax(a!, [1]) },
  {
    name: 'reduce-max keeping axes',
    inputs: { image },
    build: ({ image }) => ops.reduceMax(image!, [1, 3], { keepDims: true }),
  },
  {
    name: 'reduce-mean over a named axis',
    inputs: { a },
    shapes: named,
    build: ({ a }) => ops.reduceMean(a!, [0]),
  },
  { name: 'arg-max', inputs: { a }, build: ({ a }) => ops.argMax(a!, 1) },
  { name: 'log-softmax', inputs: { a }, shapes: named, build: ({ a }) => ops.logSoftmax(a!) },
  {
    name: 'log-softmax along the first axis',
    inputs: { a },
    build: ({ a }) => ops.logSoftmax(a!, 0),
  },
  { name: 'softmax', inputs: { a }, build: ({ a }) => ops.softmax(a!) },
  { name: 'log-mean-exp', inputs: { a }, shapes: named, build: ({ a }) => ops.logMeanExp(a!, 1) },
  {
    name: 'log-mean-exp of huge values',
    inputs: { a: noise('huge', [3, 4], (x) => 200 * x) },
    build: ({ a }) => ops.logMeanExp(a!, 0),
  },
  { name: 'softplus', inputs: { a }, shapes: named, build: ({ a }) => ops.softplus(a!) },
  {
    name: 'softplus of huge values',
    inputs: { a: noise('huge', [3, 4], (x) => 200 * x) },
    build: ({ a }) => ops.softplus(a!),
  },
  {
    name: 'stop-gradient of a piecewise constant',
    inputs: { a, b },
    build: ({ a, b }) => ops.multiply(ops.stopGradient(ops.sign(a!)), b!),
  },
  { name: 'reshape', inputs: { a }, build: ({ a }) => ops.reshape(a!, [2, 6]) },
  {
    name: 'flatten with a named batch',
    inputs: { image },
    shapes: named,
    build: ({ image }) => ops.flatten(image!),
  },
  {
    name: 'transpose',
    inputs: { image },
    shapes: named,
    build: ({ image }) => ops.transpose(image!, [2, 0, 3, 1]),
  },
  { name: 'concat', inputs: { a, b }, build: ({ a, b }) => ops.concat([a!, b!, a!], 1) },
  {
    name: 'slice',
    inputs: { image },
    shapes: named,
    build: ({ image }) => ops.slice(image!, 2, 2, 5),
  },
  {
    name: 'pad',
    inputs: { image },
    shapes: named,
    build: ({ image }) => ops.pad(image!, [0, 0, 1, 0], [0, 0, 2, 3]),
  },
  {
    name: 'broadcast-to',
    inputs: { row, a },
    shapes: named,
    build: ({ row, a }) => ops.broadcastTo(row!, a!),
  },
  {
    name: 'dim-size',
    inputs: { a },
    shapes: named,
    build: ({ a }) => ops.multiply(ops.dimSize(a!, 0), ops.reduceSum(a!)),
  },
  {
    name: 'gather rows',
    inputs: { a, at: indexes([2, 0, 2]) },
    build: ({ a, at }) => ops.gather(a!, at!, 0),
  },
  {
    name: 'gather columns',
    inputs: { a, at: indexes([3, 1, 1, 0, 2]) },
    build: ({ a, at }) => ops.gather(a!, at!, 1),
  },
  {
    name: 'gather by a table',
    inputs: { a, at: indexes([2, 0, 1, 1], [2, 2]) },
    build: ({ a, at }) => ops.gather(a!, at!, 0),
  },
  {
    name: 'scatter-add',
    inputs: { a, at: indexes([1, 1]), rows: noise('rows', [2, 4]) },
    build: ({ a, at, rows }) => ops.scatterAdd(a!, at!, rows!),
  },
  { name: 'one-hot', inputs: { at: indexes([1, 0, 3]) }, build: ({ at }) => ops.oneHot(at!, 5) },
  {
    name: 'matmul',
    inputs: { a, m: noise('m', [4, 5]) },
    shapes: named,
    build: ({ a, m }) => ops.matmul(a!, m!),
  },
  {
    name: 'matmul of batches',
    inputs: { x: noise('x', [2, 3, 4]), y: noise('y', [2, 4, 5]) },
    build: ({ x, y }) => ops.matmul(x!, y!),
  },
  {
    name: 'matmul of a batch and a matrix',
    inputs: { x: noise('x', [2, 3, 4]), m: noise('m', [4, 5]) },
    build: ({ x, m }) => ops.matmul(x!, m!),
  },
  {
    name: 'matmul of a matrix and a batch',
    inputs: { a, y: noise('y', [2, 4, 5]) },
    build: ({ a, y }) => ops.matmul(a!, y!),
  },
  {
    name: 'conv2d',
    inputs: { image, filters },
    shapes: named,
    build: ({ image, filters }) => ops.conv2d(image!, filters!),
  },
  {
    name: 'conv2d with a bias',
    inputs: { image, filters, bias: noise('bias', [4]) },
    shapes: named,
    build: ({ image, filters, bias }) => ops.conv2d(image!, filters!, { bias: bias! }),
  },
  {
    name: 'conv2d of a grey image',
    inputs: { grey: noise('grey', [3, 1, 9, 8]), filters: noise('grey filters', [5, 1, 3, 3]) },
    build: ({ grey, filters }) => ops.conv2d(grey!, filters!),
  },
  {
    name: 'conv2d with few filters',
    inputs: { deep: noise('deep', [2, 9, 6, 6]), filters: noise('few filters', [1, 9, 3, 3]) },
    build: ({ deep, filters }) => ops.conv2d(deep!, filters!),
  },
  {
    name: 'conv2d with padding',
    inputs: { image, filters },
    shapes: named,
    build: ({ image, filters }) => ops.conv2d(image!, filters!, { padding: 1 }),
  },
  {
    name: 'conv2d-input-gradient',
    inputs: { dy: noise('dy', [2, 4, 5, 5]), filters },
    build: ({ dy, filters }) => ops.conv2dInputGradient(dy!, filters!),
  },
  {
    name: 'conv2d-input-gradient with padding',
    inputs: { dy: noise('dy', [2, 4, 7, 7]), filters },
    build: ({ dy, filters }) => ops.conv2dInputGradient(dy!, filters!, { padding: 1 }),
  },
  {
    name: 'conv2d-weight-gradient',
    inputs: { image, dy: noise('dy', [2, 4, 5, 5]) },
    build: ({ image, dy }) => ops.conv2dWeightGradient(image!, dy!),
  },
  {
    name: 'conv2d-weight-gradient with padding',
    inputs: { image, dy: noise('dy', [2, 4, 7, 7]) },
    build: ({ image, dy }) => ops.conv2dWeightGradient(image!, dy!, { padding: 1 }),
  },
  {
    name: 'max-pool with a remainder',
    inputs: { image },
    shapes: named,
    build: ({ image }) => ops.maxPool(image!, 2),
  },
  {
    name: 'max-unpool',
    inputs: { image, pooled: noise('pooled', [2, 3, 3, 3]) },
    build: ({ image, pooled }) => ops.maxUnpool(pooled!, ops.maxPoolIndices(image!, 2), image!, 2),
  },
  {
    name: 'take-at',
    inputs: { image, other: noise('other', [2, 3, 7, 6]) },
    build: ({ image, other }) => ops.takeAt(other!, ops.maxPoolIndices(image!, 2)),
  },
  {
    name: 'average-pool with a remainder',
    inputs: { image },
    shapes: named,
    build: ({ image }) => ops.averagePool(image!, 2),
  },
  {
    name: 'mean squared error of a small net',
    inputs: { a, m: noise('m', [4, 2]), target: noise('target', [3, 2]) },
    build: ({ a, m, target }) =>
      ops.reduceMean(ops.square(ops.subtract(ops.tanh(ops.matmul(a!, m!)), target!))),
  },
  {
    name: 'cross entropy',
    inputs: { a, labels: indexes([3, 0, 1]) },
    build: ({ a, labels }) =>
      ops.negate(
        ops.reduceMean(
          ops.reduceSum(ops.multiply(ops.oneHot(labels!, 4), ops.logSoftmax(a!)), [1]),
        ),
      ),
  },
];

export function inputNodes({ inputs, shapes }: ConformanceCase): Record<string, Node> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => [
      name,
      input(name, tensor.dtype as DType, shapes?.[name] ?? tensor.shape),
    ]),
  );
}

/** A fixed random projection to a scalar, so that a gradient can be taken of any result. */
export function projected(
  result: Node,
  shape: readonly number[],
): { scalar: Node; inputs: Record<string, Tensor> } {
  const weights = input('projection', 'float32', result.shape);
  return {
    scalar: ops.reduceSum(ops.multiply(result, weights)),
    inputs: { projection: noise('projection', shape) },
  };
}
