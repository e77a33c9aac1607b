/** Rows of a shard: item `ordinal` is row `ordinal % 4096` of shard `floor(ordinal / 4096)`. */
export const SHARD_ROWS = 4096;

export const shardOf = (ordinal: number): number => Math.floor(ordinal / SHARD_ROWS);
export const rowOf = (ordinal: number): number => ordinal % SHARD_ROWS;

export type FeatureDtype = 'uint8' | 'float32';
export type FeatureArray = Uint8Array | Float32Array;

/** What is needed to read the features of a project: x = data * scale + offset. */
export type FeatureLayout = {
  readonly shape: readonly number[];
  readonly dtype: FeatureDtype;
  readonly scale: number;
  readonly offset: number;
};

export const featuresPerItem = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

export const allocateFeatures = (dtype: FeatureDtype, length: number): FeatureArray =>
  dtype === 'uint8' ? new Uint8Array(length) : new Float32Array(length);

/** A shard as it is stored: raw little-endian values, row after row. */
export const shardBytes = (values: FeatureArray): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/**
 * Reads a stored shard.
 * @throws Error when its length does not fit the rows and the shape
 */
export function readShard(bytes: Uint8Array, rows: number, layout: FeatureLayout): FeatureArray {
  const length = rows * featuresPerItem(layout.shape);
  const expected = length * (layout.dtype === 'uint8' ? 1 : 4);
  if (bytes.byteLength !== expected) {
    throw new Error(
      `A feature shard of ${rows} rows of [${layout.shape.join(', ')}] ${layout.dtype} takes ${expected} bytes, got ${bytes.byteLength}. Compute the features again.`,
    );
  }
  if (layout.dtype === 'uint8') return bytes;
  // Values of four bytes must begin at a multiple of four; a copy always does.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, length);
}

export const shardKey = (projectId: string, setId: string, index: number, rows: number): string =>
  `projects/${projectId}/features/${setId}/${index}-${rows}.bin`;
