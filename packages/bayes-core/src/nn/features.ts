import { NumericsError } from '../errors.js';
import { type Dim, input, type Node } from '../graph/node.js';
import { add, cast, multiply } from '../graph/ops/elementwise.js';
import { float32, sizeOf, type Tensor, uint8 } from '../tensor.js';

/** The features of many items: float32, or uint8 with value = data * scale + offset. */
export type FeatureMatrix = {
  readonly data: Float32Array | Uint8Array;
  readonly rows: number;
  /** Shape of one item, such as [64] or [1, 28, 28]. */
  readonly shape: readonly number[];
  readonly scale?: number;
  readonly offset?: number;
};

export type FeatureType = 'float32' | 'uint8';

export function featureType(features: FeatureMatrix): FeatureType {
  return features.data instanceof Uint8Array ? 'uint8' : 'float32';
}

/** The graph side of a feature matrix: the raw input, and how chosen rows of it become numbers. */
export type FeatureInput = {
  readonly raw: Node;
  /** Scalar inputs that decoding needs, to be captured where decoding happens inside a loop. */
  readonly decoding: Readonly<Record<string, Node>>;
  readonly decode: (raw: Node, decoding?: Readonly<Record<string, Node>>) => Node;
};

export function featureInput(type: FeatureType, rows: Dim, shape: readonly number[]): FeatureInput {
  const raw = input('features', type, [rows, ...shape]);
  if (type === 'float32') return { raw, decoding: {}, decode: (x) => x };
  const decoding = {
    featureScale: input('featureScale', 'float32', []),
    featureOffset: input('featureOffset', 'float32', []),
  };
  const decode = (x: Node, scalars: Readonly<Record<string, Node>> = decoding) =>
    add(multiply(cast(x, 'float32'), scalars.featureScale!), scalars.featureOffset!);
  return { raw, decoding, decode };
}

/** The fed side: rows [start, end) without a copy. */
export function featureTensors(
  features: FeatureMatrix,
  start = 0,
  end = features.rows,
): Record<string, Tensor> {
  const size = sizeOf(features.shape);
  const shape = [end - start, ...features.shape];
  const { data } = features;
  if (data instanceof Float32Array)
    return { features: float32(data.subarray(start * size, end * size), shape) };
  return {
    features: uint8(data.subarray(start * size, end * size), shape),
    featureScale: float32(Float32Array.of(features.scale ?? 1), []),
    featureOffset: float32(Float32Array.of(features.offset ?? 0), []),
  };
}

/**
 * Refuses features that do not fit the model, or are not numbers.
 * @throws invalid_data naming what was expected, what came and the first bad row
 */
export function checkFeatures(
  features: FeatureMatrix,
  shape: readonly number[],
  what: string,
): void {
  const size = sizeOf(shape);
  if (features.shape.length !== shape.length || features.shape.some((dim, i) => dim !== shape[i])) {
    throw new NumericsError(
      'invalid_data',
      `${what}: the model takes items of shape [${shape.join(', ')}], got [${features.shape.join(', ')}].`,
      { expected: shape, got: features.shape },
    );
  }
  if (features.data.length !== features.rows * size) {
    throw new NumericsError(
      'invalid_data',
      `${what}: ${features.rows} rows of ${size} values make ${features.rows * size}, got ${features.data.length}.`,
      { rows: features.rows, size, got: features.data.length },
    );
  }
  if (features.data instanceof Uint8Array) return;
  for (let i = 0; i < features.data.length; i++) {
    if (!Number.isFinite(features.data[i]!)) {
      const row = Math.floor(i / size);
      throw new NumericsError(
        'invalid_data',
        `${what}: value ${i % size} of row ${row} is ${features.data[i]}; features must be finite numbers.`,
        { row, value: i % size },
      );
    }
  }
}
