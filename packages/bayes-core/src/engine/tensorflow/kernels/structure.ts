import * as tf from '@tensorflow/tfjs-core';
import { resolveShape } from '../../../graph/kernels/structure.js';
import { type Dim, listAttribute, type Node, numberAttribute } from '../../../graph/node.js';
import type { Kernels } from './kernel.js';

const keepDims = (node: Node): boolean => node.attributes.keepDims === true;
const axes = (node: Node): number[] => [...listAttribute(node, 'axes')];

/** x - max - ln sum exp(x - max), along any axis (tfjs knows the last one only). */
function logSoftmax(x: tf.Tensor, axis: number): tf.Tensor {
  const shifted = tf.sub(x, tf.max(x, axis, true));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), axis, true)));
}

export const structureKernels: Kernels = {
  'reduce-sum': ([x], node) => tf.sum(x!, axes(node), keepDims(node)),
  'reduce-max': ([x], node) => tf.max(x!, axes(node), keepDims(node)),
  'arg-max': ([x], node) => tf.argMax(x!, numberAttribute(node, 'axis')),
  'log-softmax': ([x], node) => logSoftmax(x!, numberAttribute(node, 'axis')),
  reshape: ([x], node) => {
    const wanted = node.attributes.shape as readonly Dim[];
    return tf.reshape(x!, resolveShape(wanted, x!.shape, node.inputs[0]!.shape));
  },
  transpose: ([x], node) => tf.transpose(x!, [...listAttribute(node, 'order')]),
  concat: (parts, node) => tf.concat([...parts], numberAttribute(node, 'axis')),
  slice: ([x], node) => {
    const axis = numberAttribute(node, 'axis');
    const start = numberAttribute(node, 'start');
    return tf.slice(
      x!,
      x!.shape.map((_, i) => (i === axis ? start : 0)),
      x!.shape.map((dim, i) => (i === axis ? numberAttribute(node, 'end') - start : dim)),
    );
  },
  pad: ([x], node) => {
    const after = listAttribute(node, 'after');
    return tf.pad(
      x!,
      listAttribute(node, 'before').map((before, i): [number, number] => [before, after[i]!]),
    );
  },
  'broadcast-to': ([x, like]) => tf.broadcastTo(x!, like!.shape as tf.ShapeMap[tf.Rank]),
  'dim-size': ([x], node) => tf.scalar(x!.shape[numberAttribute(node, 'axis')]!, 'float32'),
  gather: ([x, positions], node) => tf.gather(x!, positions!, numberAttribute(node, 'axis')),
  // Rows that meet at one position are added up.
  'scatter-add': ([like, positions, rows]) =>
    tf.scatterND(tf.expandDims(positions!, 1), rows!, like!.shape as tf.ShapeMap[tf.Rank]),
  'one-hot': ([positions], node) =>
    tf.oneHot(positions!, numberAttribute(node, 'depth'), 1, 0, 'float32'),
};
