import { z } from 'zod';
import { encodePng } from './png.js';

const Shape = z.array(z.int().min(1)).min(1).max(3);

export type ImageSize = { width: number; height: number; channels: 1 | 3 };

/** Reads the size from a feature shape: [C, H, W], [H, W], or a flat square like [64]. */
export function imageSizeOf(shape: unknown): ImageSize | null {
  const parsed = Shape.safeParse(shape);
  if (!parsed.success) return null;
  const [a = 0, b, c] = parsed.data;
  if (c !== undefined && b !== undefined) {
    return a === 1 || a === 3 ? { channels: a, height: b, width: c } : null;
  }
  if (b !== undefined) return { channels: 1, height: a, width: b };
  const side = Math.round(Math.sqrt(a));
  return side * side === a ? { channels: 1, height: side, width: side } : null;
}

/** One feature row as numbers, little-endian as the shards store them. */
function readValues(row: Uint8Array, dtype: string): Float64Array {
  if (dtype === 'uint8') return Float64Array.from(row);
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  return Float64Array.from({ length: row.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

/**
 * Draws a feature row as a picture. What the network sees is value x scale + offset; 0 is black and
 * 1 is white. Shards hold channels one after the other, PNG wants them interleaved.
 */
export function renderFeatureRow(
  row: Uint8Array,
  spec: { size: ImageSize; dtype: string; scale: number; offset: number },
): Buffer {
  const { size, dtype, scale, offset } = spec;
  const values = readValues(row, dtype);
  const area = size.width * size.height;
  const pixels = new Uint8Array(area * size.channels);
  for (let channel = 0; channel < size.channels; channel++) {
    for (let at = 0; at < area; at++) {
      const light = (values[channel * area + at] ?? 0) * scale + offset;
      pixels[at * size.channels + channel] = Math.round(Math.min(1, Math.max(0, light)) * 255);
    }
  }
  return encodePng(pixels, size);
}
