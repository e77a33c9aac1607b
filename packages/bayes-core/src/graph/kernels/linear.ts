import { numberAttribute } from '../node.js';
import type { Kernels } from './kernel.js';
import { forEachPosition, makeValue, type Value } from './value.js';

function matmul(a: Value, b: Value): Value {
  const [rows, depth] = a.shape.slice(-2) as [number, number];
  const columns = b.shape.at(-1)!;
  const batchShape = a.shape.length >= b.shape.length ? a.shape.slice(0, -2) : b.shape.slice(0, -2);
  const out = makeValue([...batchShape, rows, columns]);
  const batches = out.data.length / (rows * columns || 1);
  const [stepA, stepB] = [a, b].map((value) => (value.shape.length > 2 ? 1 : 0));
  for (let n = 0; n < batches; n++) {
    const startA = n * stepA! * rows * depth;
    const startB = n * stepB! * depth * columns;
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < depth; k++) {
        const left = a.data[startA + i * depth + k]!;
        for (let j = 0; j < columns; j++) {
          out.data[(n * rows + i) * columns + j]! += left * b.data[startB + k * columns + j]!;
        }
      }
    }
  }
  return out;
}

type Visit = (image: number, result: number, weight: number) => void;

/** Visits every (image cell, result cell, weight) that meet in a convolution, as flat positions. */
function forEachProduct(
  image: readonly number[],
  result: readonly number[],
  weight: readonly number[],
  padding: number,
  visit: Visit,
): void {
  const [, channels, height, width] = image as [number, number, number, number];
  const [, , kernelHeight, kernelWidth] = weight as [number, number, number, number];
  forEachPosition(result, (position, at) => {
    const [n, o, y, x] = position as [number, number, number, number];
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < kernelHeight; i++) {
        const row = y + i - padding;
        if (row < 0 || row >= height) continue;
        for (let j = 0; j < kernelWidth; j++) {
          const column = x + j - padding;
          if (column < 0 || column >= width) continue;
          visit(
            ((n * channels + c) * height + row) * width + column,
            at,
            ((o * channels + c) * kernelHeight + i) * kernelWidth + j,
          );
        }
      }
    }
  });
}

function windows(x: Value, size: number, visit: (result: number, cell: number) => void): number[] {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const shape = [batch, channels, Math.floor(height / size), Math.floor(width / size)];
  forEachPosition(shape, (position, at) => {
    const [n, c, y, column] = position as [number, number, number, number];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++)
        visit(at, ((n * channels + c) * height + y * size + i) * width + column * size + j);
    }
  });
  return shape;
}

function maxPoolIndices(x: Value, size: number): Value {
  const best: number[] = [];
  const shape = windows(x, size, (result, cell) => {
    const current = best[result];
    if (current === undefined || x.data[cell]! > x.data[current]!) best[result] = cell;
  });
  return makeValue(shape, Float64Array.from(best));
}

export const linearKernels: Kernels = {
  matmul: ([a, b]) => matmul(a!, b!),
  conv2d: ([x, weight, bias], node) => {
    const padding = numberAttribute(node, 'padding');
    const [height, width] = [2, 3].map(
      (axis) => x!.shape[axis]! + 2 * padding - weight!.shape[axis]! + 1,
    );
    const out = makeValue([x!.shape[0]!, weight!.shape[0]!, height!, width!]);
    forEachProduct(x!.shape, out.shape, weight!.shape, padding, (image, result, w) => {
      out.data[result]! += x!.data[image]! * weight!.data[w]!;
    });
    if (bias) {
      forEachPosition(out.shape, (position, at) => {
        out.data[at]! += bias.data[position[1]!]!;
      });
    }
    return out;
  },
  'conv2d-input-gradient': ([dy, weight], node) => {
    const padding = numberAttribute(node, 'padding');
    const [height, width] = [2, 3].map(
      (axis) => dy!.shape[axis]! - 2 * padding + weight!.shape[axis]! - 1,
    );
    const out = makeValue([dy!.shape[0]!, weight!.shape[1]!, height!, width!]);
    forEachProduct(out.shape, dy!.shape, weight!.shape, padding, (image, result, w) => {
      out.data[image]! += dy!.data[result]! * weight!.data[w]!;
    });
    return out;
  },
  'conv2d-weight-gradient': ([x, dy], node) => {
    const padding = numberAttribute(node, 'padding');
    const [height, width] = [2, 3].map(
      (axis) => x!.shape[axis]! + 2 * padding - dy!.shape[axis]! + 1,
    );
    const out = makeValue([dy!.shape[1]!, x!.shape[1]!, height!, width!]);
    forEachProduct(x!.shape, dy!.shape, out.shape, padding, (image, result, w) => {
      out.data[w]! += x!.data[image]! * dy!.data[result]!;
    });
    return out;
  },
  'max-pool': ([x], node) => {
    const indices = maxPoolIndices(x!, numberAttribute(node, 'size'));
    return makeValue(
      indices.shape,
      indices.data.map((cell) => x!.data[cell]!),
    );
  },
  'max-pool-indices': ([x], node) => maxPoolIndices(x!, numberAttribute(node, 'size')),
  'max-unpool': ([pooled, indices, like]) => {
    const out = makeValue(like!.shape);
    indices!.data.forEach((cell, i) => {
      out.data[cell] = pooled!.data[i]!;
    });
    return out;
  },
  'take-at': ([x, indices]) =>
    makeValue(
      indices!.shape,
      indices!.data.map((cell) => x!.data[cell]!),
    ),
  'average-pool': ([x], node) => {
    const size = numberAttribute(node, 'size');
    const sums: number[] = [];
    const shape = windows(x!, size, (result, cell) => {
      sums[result] = (sums[result] ?? 0) + x!.data[cell]! / (size * size);
    });
    return makeValue(shape, Float64Array.from(sums));
  },
};
