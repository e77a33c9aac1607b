import * as tf from '@tensorflow/tfjs-core';
import { numberAttribute } from '../../../graph/node.js';
import { sizeOf } from '../../../tensor.js';
import type { Kernels } from './kernel.js';

/** Images are [N, C, H, W] in our graphs, [N, H, W, C] where tfjs convolves. */
const channelsLast = (x: tf.Tensor): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]);
const channelsFirst = (x: tf.Tensor): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [0, 3, 1, 2]);
/** Filters are [O, C, h, w] in our graphs, [h, w, C, O] in tfjs. */
const filtersLast = (weight: tf.Tensor): tf.Tensor4D =>
  tf.transpose(weight as tf.Tensor4D, [2, 3, 1, 0]);

function padImage(x: tf.Tensor4D, padding: number): tf.Tensor4D {
  if (padding === 0) return x;
  return tf.pad(x, [
    [0, 0],
    [padding, padding],
    [padding, padding],
    [0, 0],
  ]);
}

/** A batch times one matrix is one product of matrices; tfjs would multiply slice by slice. */
function matmul(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  if (a.rank <= 2 || b.rank !== 2) return tf.matMul(a, b);
  const rows = a.shape.slice(0, -1);
  const flat = tf.reshape(a, [sizeOf(rows), a.shape.at(-1)!]);
  return tf.reshape(tf.matMul(flat, b), [...rows, b.shape[1]!]);
}

export const linearKernels: Kernels = {
  matmul: ([a, b]) => matmul(a!, b!),
  conv2d: ([x, weight, bias], node) => {
    const image = padImage(channelsLast(x!), numberAttribute(node, 'padding'));
    const result = tf.conv2d(image, filtersLast(weight!), 1, 'valid');
    return channelsFirst(bias ? tf.add(result, bias) : result);
  },
  'conv2d-input-gradient': ([dy, weight], node) => {
    const padding = numberAttribute(node, 'padding');
    const [batch, , outHeight, outWidth] = dy!.shape as [number, number, number, number];
    const [, channels, kernelHeight, kernelWidth] = weight!.shape as [
      number,
      number,
      number,
      number,
    ];
    const [height, width] = [outHeight + kernelHeight - 1, outWidth + kernelWidth - 1];
    const padded = tf.conv2dTranspose(
      channelsLast(dy!),
      filtersLast(weight!),
      [batch, height, width, channels],
      1,
      'valid',
    );
    if (padding === 0) return channelsFirst(padded);
    const inside = [batch, height - 2 * padding, width - 2 * padding, channels];
    return channelsFirst(tf.slice(padded, [0, padding, padding, 0], inside));
  },
  'conv2d-weight-gradient': ([x, dy], node) => {
    const image = padImage(channelsLast(x!), numberAttribute(node, 'padding'));
    const [, height, width, channels] = image.shape;
    const [, filters, outHeight, outWidth] = dy!.shape as [number, number, number, number];
    const kernel = [height - outHeight + 1, width - outWidth + 1];
    const gradient = tf.engine().runKernel(
      tf.Conv2DBackpropFilter,
      { x: image, dy: channelsLast(dy!) },
      {
        strides: [1, 1],
        pad: 'valid',
        dataFormat: 'NHWC',
        dimRoundingMode: undefined as never,
        filterShape: [...kernel, channels, filters],
      },
    ) as tf.Tensor4D;
    return tf.transpose(gradient, [3, 2, 0, 1]);
  },
};
