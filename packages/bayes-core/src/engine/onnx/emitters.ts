import {
  type DType,
  listAttribute,
  type Node,
  numberAttribute,
  type Shape,
} from '../../graph/node.js';
import type { TensorData } from '../../tensor.js';
import type { AttributeValue, GraphWriter } from './writer.js';
import { ONNX_TYPE } from './writer.js';

/** Writes one of our operations as ONNX nodes and returns the name of its result. */
export type Emitter = (writer: GraphWriter, operands: readonly string[], node: Node) => string;

/** An operation that ONNX has under a name of its own. */
function direct(
  opType: string,
  attributes: (node: Node) => Readonly<Record<string, AttributeValue>> = () => ({}),
): Emitter {
  return (writer, operands, node) => writer.emit(opType, operands, attributes(node));
}

const keepDims = (node: Node): number => (node.attributes.keepDims ? 1 : 0);
const square = (side: number): number[] => [side, side];
const window = (node: Node) => ({
  kernel_shape: square(numberAttribute(node, 'size')),
  strides: square(numberAttribute(node, 'size')),
});
const padding = (node: Node) => ({
  pads: new Array<number>(4).fill(numberAttribute(node, 'padding')),
});

/** A run-time shape: sizes kept from the operand are 0, the one open size is -1. */
function reshapeTarget(from: Shape, to: Shape): number[] {
  return to.map((dim, i) => (typeof dim === 'number' ? dim : dim === from[i] ? 0 : -1));
}

function shapeOf(writer: GraphWriter, operand: string, shape: Shape): string {
  const known = shape.every((dim) => typeof dim === 'number');
  return known ? writer.initializers.int64(shape as number[]) : writer.emit('Shape', [operand]);
}

export const emitters: Readonly<Record<string, Emitter>> = {
  constant: (writer, _operands, node) =>
    writer.initializers.constant(
      node.attributes.data as TensorData,
      node.shape as number[],
      node.dtype,
    ),
  negate: direct('Neg'),
  exp: direct('Exp'),
  log: direct('Log'),
  sqrt: direct('Sqrt'),
  square: (writer, [x]) => writer.emit('Mul', [x!, x!]),
  abs: direct('Abs'),
  sign: direct('Sign'),
  relu: direct('Relu'),
  tanh: direct('Tanh'),
  sigmoid: direct('Sigmoid'),
  erf: direct('Erf'),
  'stop-gradient': direct('Identity'),
  add: direct('Add'),
  subtract: direct('Sub'),
  multiply: direct('Mul'),
  divide: direct('Div'),
  maximum: direct('Max'),
  minimum: direct('Min'),
  greater: direct('Greater'),
  equal: direct('Equal'),
  where: direct('Where'),
  cast: direct('Cast', (node) => ({ to: ONNX_TYPE[node.attributes.to as DType] })),
  'reduce-sum': (writer, [x], node) =>
    writer.emit('ReduceSum', [x!, writer.initializers.int64(listAttribute(node, 'axes'))], {
      keepdims: keepDims(node),
    }),
  'reduce-max': direct('ReduceMax', (node) => ({
    axes: listAttribute(node, 'axes'),
    keepdims: keepDims(node),
  })),
  'arg-max': (writer, [x], node) => {
    const best = writer.emit('ArgMax', [x!], { axis: numberAttribute(node, 'axis'), keepdims: 0 });
    return writer.emit('Cast', [best], { to: ONNX_TYPE.int32 });
  },
  'log-softmax': direct('LogSoftmax', (node) => ({ axis: numberAttribute(node, 'axis') })),
  reshape: (writer, [x], node) =>
    writer.emit('Reshape', [
      x!,
      writer.initializers.int64(reshapeTarget(node.inputs[0]!.shape, node.shape)),
    ]),
  transpose: direct('Transpose', (node) => ({ perm: listAttribute(node, 'order') })),
  concat: direct('Concat', (node) => ({ axis: numberAttribute(node, 'axis') })),
  slice: (writer, [x], node) => {
    const numbers = ['start', 'end', 'axis'].map((name) =>
      writer.initializers.int64([numberAttribute(node, name)]),
    );
    return writer.emit('Slice', [x!, ...numbers]);
  },
  pad: (writer, [x], node) =>
    writer.emit('Pad', [
      x!,
      writer.initializers.int64([
        ...listAttribute(node, 'before'),
        ...listAttribute(node, 'after'),
      ]),
    ]),
  'broadcast-to': (writer, [x, like], node) =>
    writer.emit('Expand', [x!, shapeOf(writer, like!, node.shape)]),
  'dim-size': (writer, [x], node) => {
    const size = writer.emit('Gather', [
      writer.emit('Shape', [x!]),
      writer.initializers.int64([numberAttribute(node, 'axis')], []),
    ]);
    return writer.emit('Cast', [size], { to: ONNX_TYPE.float32 });
  },
  gather: direct('Gather', (node) => ({ axis: numberAttribute(node, 'axis') })),
  'scatter-add': (writer, [like, positions, rows], node) => {
    const zeros = writer.emit('Expand', [
      writer.initializers.constant(Float32Array.of(0), [], 'float32'),
      shapeOf(writer, like!, node.shape),
    ]);
    const wide = writer.emit('Cast', [positions!], { to: ONNX_TYPE.int64 });
    const tuples = writer.emit('Unsqueeze', [wide, writer.initializers.int64([1])]);
    return writer.emit('ScatterND', [zeros, tuples, rows!], { reduction: 'add' });
  },
  'one-hot': (writer, [positions], node) => {
    const depth = writer.initializers.constant(
      Int32Array.of(numberAttribute(node, 'depth')),
      [1],
      'int32',
    );
    const values = writer.initializers.constant(Float32Array.of(0, 1), [2], 'float32');
    return writer.emit('OneHot', [positions!, depth, values], { axis: -1 });
  },
  matmul: direct('MatMul'),
  conv2d: direct('Conv', padding),
  'conv2d-input-gradient': direct('ConvTranspose', padding),
  'average-pool': direct('AveragePool', window),
  'max-unpool': (writer, [pooled, indices, like], node) =>
    writer.emit('MaxUnpool', [pooled!, indices!, shapeOf(writer, like!, node.shape)], window(node)),
  'take-at': (writer, [x, indices]) =>
    writer.emit(
      'Gather',
      [writer.emit('Reshape', [x!, writer.initializers.int64([-1])]), indices!],
      { axis: 0 },
    ),
};

/** Max pooling and the positions it found are two of our operations but one ONNX node. */
export function emitMaxPool(
  writer: GraphWriter,
  x: string,
  node: Node,
): { values: string; indices: string } {
  const outputs = [writer.name('MaxPool'), writer.name('MaxPoolIndices')] as const;
  writer.emit('MaxPool', [x], window(node), outputs);
  return { values: outputs[0], indices: outputs[1] };
}
