import * as tf from '@tensorflow/tfjs-core';
import type { DType } from '../../../graph/node.js';
import type { Kernel, Kernels } from './kernel.js';

function unary(f: (x: tf.Tensor) => tf.Tensor): Kernel {
  return ([x]) => f(x!);
}

function binary(f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Kernel {
  return ([a, b]) => f(a!, b!);
}

/** tfjs divides whole numbers downwards, we divide them towards zero. */
function divide(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  if (a.dtype !== 'int32') return tf.div(a, b);
  const sign = tf.mul(tf.sign(a), tf.sign(b));
  return tf.mul(sign, tf.floorDiv(tf.abs(a), tf.abs(b)));
}

/** tfjs has no bytes: they are held as int32. */
export function tfType(dtype: DType): 'float32' | 'int32' | 'bool' {
  return dtype === 'float32' || dtype === 'bool' ? dtype : 'int32';
}

export const elementwiseKernels: Kernels = {
  negate: unary(tf.neg),
  exp: unary(tf.exp),
  log: unary(tf.log),
  sqrt: unary(tf.sqrt),
  square: unary(tf.square),
  abs: unary(tf.abs),
  sign: unary(tf.sign),
  relu: unary(tf.relu),
  tanh: unary(tf.tanh),
  sigmoid: unary(tf.sigmoid),
  erf: unary(tf.erf),
  'stop-gradient': unary(tf.clone),
  add: binary(tf.add),
  subtract: binary(tf.sub),
  multiply: binary(tf.mul),
  divide: binary(divide),
  maximum: binary(tf.maximum),
  minimum: binary(tf.minimum),
  greater: binary(tf.greater),
  equal: binary(tf.equal),
  where: ([condition, yes, no]) => tf.where(condition!, yes!, no!),
  cast: ([x], node) => tf.cast(x!, tfType(node.dtype)),
};
