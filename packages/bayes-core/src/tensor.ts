import { NumericsError } from './errors.js';

/** Element types a tensor can have outside a graph. The reference engine answers in float64. */
export type TensorType = 'float32' | 'float64' | 'int32' | 'uint8' | 'bool';

export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A dense row-major array with its shape; the currency between programs and their callers. */
export type Tensor = {
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  readonly data: TensorData;
};

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/**
 * A float32 tensor over existing memory. @throws shape_mismatch when the shape does not hold the
 * data.
 */
export function float32(data: Float32Array, shape: readonly number[]): Tensor {
  return checked({ dtype: 'float32', shape, data });
}

/**
 * An int32 tensor over existing memory. @throws shape_mismatch when the shape does not hold the
 * data.
 */
export function int32(data: Int32Array, shape: readonly number[]): Tensor {
  return checked({ dtype: 'int32', shape, data });
}

/**
 * A uint8 tensor over existing memory. @throws shape_mismatch when the shape does not hold the
 * data.
 */
export function uint8(data: Uint8Array, shape: readonly number[]): Tensor {
  return checked({ dtype: 'uint8', shape, data });
}

/** The values as float32, without a copy when they already are. */
export function asFloat32(tensor: Tensor): Float32Array {
  return tensor.data instanceof Float32Array ? tensor.data : Float32Array.from(tensor.data);
}

function checked(tensor: Tensor): Tensor {
  if (sizeOf(tensor.shape) !== tensor.data.length) {
    throw new NumericsError(
      'shape_mismatch',
      `A tensor of shape [${tensor.shape.join(', ')}] holds ${sizeOf(tensor.shape)} values, got ${tensor.data.length}.`,
      { shape: tensor.shape, length: tensor.data.length },
    );
  }
  return tensor;
}
