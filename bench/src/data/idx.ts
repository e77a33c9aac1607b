import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { UsageError } from '../framework/bench.js';

export type Idx = { readonly shape: readonly number[]; readonly data: Uint8Array };

/** Unsigned bytes, the only element type that image and label files of this format use. */
const UNSIGNED_BYTE = 0x08;

/**
 * Reads an IDX file of unsigned bytes, gzip-compressed or not: `0 0 type rank | sizes (u32 BE) |
 * data`.
 */
export function readIdx(file: string): Idx {
  const raw = readFileSync(file);
  const bytes = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE)
    throw new UsageError(`${file} is not an IDX file of unsigned bytes.`);
  const rank = bytes[3]!;
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw new UsageError(`${file} ends inside its header.`);
  const shape = Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const count = shape.reduce((product, size) => product * size, 1);
  if (bytes.length - start !== count)
    throw new UsageError(`${file}: expected ${count} values, got ${bytes.length - start}.`);
  return { shape, data: new Uint8Array(bytes.subarray(start)) };
}
