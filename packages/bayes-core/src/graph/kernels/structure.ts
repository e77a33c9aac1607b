import { sizeOf } from '../../tensor.js';
import { type Dim, listAttribute, numberAttribute } from '../node.js';
import type { Kernels } from './kernel.js';
import { broadcastReader, forEachPosition, makeValue, stridesOf, type Value } from './value.js';

/** Folds over axes; `start` is the value of an empty fold. */
function fold(
  x: Value,
  axes: readonly number[],
  keepDims: boolean,
  start: number,
  step: (sum: number, value: number) => number,
): Value {
  const kept = x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
  const strides = stridesOf(kept).map((stride, i) => (axes.includes(i) ? 0 : stride));
  const data = new Float64Array(sizeOf(kept)).fill(start);
  forEachPosition(x.shape, (position, flat) => {
    const at = position.reduce((sum, p, i) => sum + p * strides[i]!, 0);
    data[at] = step(data[at]!, x.data[flat]!);
  });
  return makeValue(keepDims ? kept : x.shape.filter((_, i) => !axes.includes(i)), data);
}

/** Splits a shape around one axis: sizes before, of and after it. */
function around(shape: readonly number[], axis: number): [number, number, number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
}

/** Works out the one open size of a reshape. */
export function resolveShape(
  wanted: readonly Dim[],
  from: readonly number[],
  declared: readonly Dim[],
): number[] {
  const known = wanted.map((dim, i) =>
    typeof dim === 'number' ? dim : dim === declared[i] ? from[i]! : -1,
  );
  const product = known.reduce((size, dim) => (dim === -1 ? size : size * dim), 1);
  return known.map((dim) => (dim === -1 ? sizeOf(from) / product : dim));
}

export const structureKernels: Kernels = {
  'reduce-sum': ([x], node) =>
    fold(x!, listAttribute(node, 'axes'), node.attributes.keepDims === true, 0, (a, b) => a + b),
  'reduce-max': ([x], node) =>
    fold(x!, listAttribute(node, 'axes'), node.attributes.keepDims === true, -Infinity, Math.max),
  'arg-max': ([x], node) => {
    const axis = numberAttribute(node, 'axis');
    const [outer, size, inner] = around(x!.shape, axis);
    const out = makeValue(x!.shape.toSpliced(axis, 1));
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const at = (k: number) => x!.data[(o * size + k) * inner + i]!;
        let best = 0;
        for (let k = 1; k < size; k++) if (at(k) > at(best)) best = k;
        out.data[o * inner + i] = best;
      }
    }
    return out;
  },
  'log-softmax': ([x], node) => {
    const [outer, size, inner] = around(x!.shape, numberAttribute(node, 'axis'));
    const out = makeValue(x!.shape);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const place = (k: number) => (o * size + k) * inner + i;
        let largest = -Infinity;
        for (let k = 0; k < size; k++) largest = Math.max(largest, x!.data[place(k)]!);
        let sum = 0;
        for (let k = 0; k < size; k++) sum += Math.exp(x!.data[place(k)]! - largest);
        for (let k = 0; k < size; k++)
          out.data[place(k)] = x!.data[place(k)]! - largest - Math.log(sum);
      }
    }
    return out;
  },
  reshape: ([x], node) =>
    makeValue(
      resolveShape(node.attributes.shape as readonly Dim[], x!.shape, node.inputs[0]!.shape),
      x!.data,
    ),
  transpose: ([x], node) => {
    const order = listAttribute(node, 'order');
    const strides = stridesOf(x!.shape);
    const out = makeValue(order.map((axis) => x!.shape[axis]!));
    forEachPosition(out.shape, (position, flat) => {
      out.data[flat] = x!.data[position.reduce((sum, p, i) => sum + p * strides[order[i]!]!, 0)]!;
    });
    return out;
  },
  concat: (parts, node) => {
    const axis = numberAttribute(node, 'axis');
    const total = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
    const out = makeValue(parts[0]!.shape.with(axis, total));
    const [outer, , inner] = around(out.shape, axis);
    let start = 0;
    for (const part of parts) {
      const block = part.shape[axis]! * inner;
      for (let o = 0; o < outer; o++)
        out.data.set(part.data.subarray(o * block, (o + 1) * block), (o * total + start) * inner);
      start += part.shape[axis]!;
    }
    return out;
  },
  slice: ([x], node) => {
    const axis = numberAttribute(node, 'axis');
    const [start, end] = [numberAttribute(node, 'start'), numberAttribute(node, 'end')];
    const [outer, size, inner] = around(x!.shape, axis);
    const out = makeValue(x!.shape.with(axis, end - start));
    for (let o = 0; o < outer; o++) {
      out.data.set(
        x!.data.subarray((o * size + start) * inner, (o * size + end) * inner),
        o * (end - start) * inner,
      );
    }
    return out;
  },
  pad: ([x], node) => {
    const [before, after] = [listAttribute(node, 'before'), listAttribute(node, 'after')];
    const out = makeValue(x!.shape.map((dim, i) => dim + before[i]! + after[i]!));
    const strides = stridesOf(out.shape);
    forEachPosition(x!.shape, (position, flat) => {
      out.data[position.reduce((sum, p, i) => sum + (p + before[i]!) * strides[i]!, 0)] =
        x!.data[flat]!;
    });
    return out;
  },
  'broadcast-to': ([x, like]) => {
    const out = makeValue(like!.shape);
    const read = broadcastReader(x!, out.shape);
    forEachPosition(out.shape, (position, flat) => {
      out.data[flat] = read(position);
    });
    return out;
  },
  'dim-size': ([x], node) =>
    makeValue([], Float64Array.of(x!.shape[numberAttribute(node, 'axis')]!)),
  gather: ([x, positions], node) => {
    const axis = numberAttribute(node, 'axis');
    const [outer, size, inner] = around(x!.shape, axis);
    const count = positions!.data.length;
    const out = makeValue([
      ...x!.shape.slice(0, axis),
      ...positions!.shape,
      ...x!.shape.slice(axis + 1),
    ]);
    for (let o = 0; o < outer; o++) {
      positions!.data.forEach((p, i) => {
        out.data.set(
          x!.data.subarray((o * size + p) * inner, (o * size + p + 1) * inner),
          (o * count + i) * inner,
        );
      });
    }
    return out;
  },
  'scatter-add': ([like, positions, rows]) => {
    const out = makeValue(like!.shape);
    const width = sizeOf(like!.shape.slice(1));
    positions!.data.forEach((p, row) => {
      for (let i = 0; i < width; i++) out.data[p * width + i]! += rows!.data[row * width + i]!;
    });
    return out;
  },
  'one-hot': ([positions], node) => {
    const depth = numberAttribute(node, 'depth');
    const out = makeValue([...positions!.shape, depth]);
    positions!.data.forEach((p, i) => {
      out.data[i * depth + p] = 1;
    });
    return out;
  },
};
