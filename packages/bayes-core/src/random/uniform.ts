import { NumericsError } from '../errors.js';
import { bitsAt, type Stream } from './stream.js';

/** Fills with uniform values in (0, 1), neither end included, also after rounding to float32. */
export function fillUniform(source: Stream, out: Float32Array): Float32Array {
  const [key0, key1] = source.key;
  for (let i = 0; i < out.length; i++) {
    out[i] = ((bitsAt(key0, key1, i) >>> 9) + 0.5) / 0x80_0000;
  }
  return out;
}

/** `count` uniform values in (0, 1). */
export function uniform(source: Stream, count: number): Float32Array {
  return fillUniform(source, new Float32Array(count));
}

/**
 * Writes `on` with the given probability and 0 otherwise into `out[offset .. offset + count)`.
 * Two values share one 32-bit hash, so the probability is honoured to 1/65,536.
 * @throws invalid_argument when the probability is outside [0, 1]
 */
export function fillBernoulli(
  source: Stream,
  probability: number,
  out: Float32Array | Uint8Array,
  options: { readonly on?: number; readonly offset?: number; readonly count?: number } = {},
): void {
  const { on = 1, offset = 0, count = out.length - offset } = options;
  if (!(probability >= 0 && probability <= 1)) {
    throw new NumericsError(
      'invalid_argument',
      `A probability lies in [0, 1], got ${probability}.`,
      { probability },
    );
  }
  const [key0, key1] = source.key;
  const threshold = Math.round(probability * 0x1_0000);
  const pairs = count >> 1;
  for (let i = 0, at = offset; i < pairs; i++, at += 2) {
    const bits = bitsAt(key0, key1, i);
    out[at] = (bits & 0xffff) < threshold ? on : 0;
    out[at + 1] = bits >>> 16 < threshold ? on : 0;
  }
  if (count & 1) {
    out[offset + count - 1] = (bitsAt(key0, key1, pairs) & 0xffff) < threshold ? on : 0;
  }
}

/** `count` independent 0/1 values, 1 with the given probability. */
export function bernoulli(source: Stream, probability: number, count: number): Uint8Array {
  const out = new Uint8Array(count);
  fillBernoulli(source, probability, out);
  return out;
}
