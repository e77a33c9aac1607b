import { widestActivation } from '../nn/cost.js';
import type { FeatureMatrix } from '../nn/features.js';
import type { Head } from '../nn/heads.js';
import type { Layer } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import { sizeOf, type Tensor } from '../tensor.js';

/** Values of the widest layer that a block of rows may hold at once (16 MB). */
const VALUES_PER_BLOCK = 4_194_304;
const MOST_ROWS = 1024;
const FEWEST_ROWS = 8;

/**
 * How many rows are predicted at a time: a power of two that keeps the widest of `layers` (default
 * all) in reach of the caches, and what the heads make of their outputs.
 */
export function mostRowsPerBlock(
  { layers, heads }: Pick<Network, 'layers' | 'heads'>,
  options: { readonly layers?: readonly Layer[]; readonly samplesPerCall?: number } = {},
): number {
  const widest = Math.max(widestActivation(options.layers ?? layers), ...heads.map(valuesOfHead));
  const fitting = Math.floor(VALUES_PER_BLOCK / (widest * (options.samplesPerCall ?? 1)));
  return Math.max(
    FEWEST_ROWS,
    Math.min(MOST_ROWS, 2 ** Math.floor(Math.log2(Math.max(1, fitting)))),
  );
}

/** Logit noise is integrated over draws, [D, C] for one item. */
function valuesOfHead({ output, width }: Head): number {
  if (output.kind !== 'class' || !output.logitNoise) return width;
  return output.logitNoise.draws * output.classes;
}

/** Programs are compiled for powers of two; fewer rows are filled up with zeros. */
export function blockSize(rows: number, most: number): number {
  return Math.min(most, Math.max(FEWEST_ROWS, 2 ** Math.ceil(Math.log2(rows))));
}

/** Rows [start, start + rows) as a block, without a copy when they fill it. */
export function blockOf(
  features: FeatureMatrix,
  start: number,
  rows: number,
  block: number,
): FeatureMatrix {
  const size = sizeOf(features.shape);
  const part = features.data.subarray(start * size, (start + rows) * size);
  if (rows === block) return { ...features, data: part, rows };
  const data =
    part instanceof Float32Array ? new Float32Array(block * size) : new Uint8Array(block * size);
  data.set(part);
  return { ...features, data, rows: block };
}

/**
 * Results of one sample out of [S, block, ...], for the rows that were asked for, without those
 * that filled the block.
 */
export function rowsOfSample(
  outputs: Record<string, Tensor>,
  sample: number,
  { rows, block }: { readonly rows: number; readonly block: number },
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => {
      const width = tensor.shape.at(-1)!;
      const start = sample * block * width;
      const data = tensor.data.subarray(start, start + rows * width);
      return [name, { ...tensor, shape: [rows, width], data }];
    }),
  );
}
