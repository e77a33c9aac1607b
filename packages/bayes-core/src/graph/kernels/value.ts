import { sizeOf } from '../../tensor.js';

/** A concrete value of the reference kernels: every element type is held as float64. */
export type Value = { readonly shape: readonly number[]; readonly data: Float64Array };

export function makeValue(
  shape: readonly number[],
  data: Float64Array = new Float64Array(sizeOf(shape)),
): Value {
  return { shape, data };
}

/** How far one step along each axis moves in row-major memory. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

/** Calls back with every position of a shape in row-major order; the array is reused. */
export function forEachPosition(
  shape: readonly number[],
  visit: (position: readonly number[], flat: number) => void,
): void {
  const position = new Array<number>(shape.length).fill(0);
  const size = sizeOf(shape);
  for (let flat = 0; flat < size; flat++) {
    visit(position, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis]! += 1;
      if (position[axis]! < shape[axis]!) break;
      position[axis] = 0;
    }
  }
}

/** Reads a value as if it were repeated to a larger shape. */
export function broadcastReader(
  value: Value,
  shape: readonly number[],
): (position: readonly number[]) => number {
  const offset = shape.length - value.shape.length;
  const strides = stridesOf(value.shape).map((stride, i) => (value.shape[i] === 1 ? 0 : stride));
  return (position) => {
    let at = 0;
    for (let i = 0; i < strides.length; i++) at += position[i + offset]! * strides[i]!;
    return value.data[at]!;
  };
}

export function broadcastShapes(...values: readonly Value[]): number[] {
  const rank = Math.max(...values.map((value) => value.shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const dims = values.map((value) => value.shape[i - rank + value.shape.length] ?? 1);
    return dims.find((dim) => dim !== 1) ?? 1;
  });
}
