import * as tf from '@tensorflow/tfjs-core';
import { numberAttribute } from '../../../graph/node.js';
import { sizeOf } from '../../../tensor.js';
import type { Kernels } from './kernel.js';

/**
 * The windows of x [N, C, H, W] with their cells on the last axis: [N, C, H/s, W/s, s s]; the
 * remainder is dropped.
 */
function windowsOf(x: tf.Tensor, size: number): tf.Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)];
  const whole = tf.slice(x, [0, 0, 0, 0], [batch, channels, rows * size, columns * size]);
  const split = tf.reshape(whole, [batch * channels, rows, size, columns, size]);
  const cells = tf.transpose(split, [0, 1, 3, 2, 4]);
  return tf.reshape(cells, [batch, channels, rows, columns, size * size]);
}

/** Position in the flattened x of the first cell of each window: [N, C, H/s, W/s]. */
function cornersOf(x: tf.Tensor, size: number): tf.Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const along = (count: number, step: number, shape: number[]) =>
    tf.reshape(tf.mul(tf.range(0, count, 1, 'int32'), tf.scalar(step, 'int32')), shape);
  const images = along(batch * channels, height * width, [batch, channels, 1, 1]);
  const rows = along(Math.floor(height / size), size * width, [1, 1, -1, 1]);
  const columns = along(Math.floor(width / size), size, [1, 1, 1, -1]);
  return tf.add(images, tf.add(rows, columns));
}

function maxPoolIndices(x: tf.Tensor, size: number): tf.Tensor {
  const width = x.shape[3]!;
  const best = tf.argMax(windowsOf(x, size), 4);
  const down = tf.floorDiv(best, tf.scalar(size, 'int32'));
  const right = tf.sub(best, tf.mul(down, tf.scalar(size, 'int32')));
  const inWindow = tf.add(tf.mul(down, tf.scalar(width, 'int32')), right);
  return tf.add(cornersOf(x, size), inWindow);
}

export const poolingKernels: Kernels = {
  'max-pool': ([x], node) => tf.max(windowsOf(x!, numberAttribute(node, 'size')), 4),
  'max-pool-indices': ([x], node) => maxPoolIndices(x!, numberAttribute(node, 'size')),
  'max-unpool': ([pooled, indices, like]) => {
    const positions = tf.reshape(indices!, [-1, 1]);
    const flat = tf.scatterND(positions, tf.reshape(pooled!, [-1]), [sizeOf(like!.shape)]);
    return tf.reshape(flat, like!.shape);
  },
  'take-at': ([x, indices]) => tf.gather(tf.reshape(x!, [-1]), indices!),
  'average-pool': ([x], node) => tf.mean(windowsOf(x!, numberAttribute(node, 'size')), 4),
};
