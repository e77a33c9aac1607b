import { NumericsError } from '../errors.js';
import { hashAt, type Stream } from './stream.js';

/** Fills with uniform values in (0, 1), neither end included, also after rounding to float32. */
export function fillUniform(source: Stream, out: Float32Array): Float32Array {
  const [key0, key1] = source.key;
  for (let i = 0; i < out.length; i++) {
    out[i] = ((hashAt(key0, key1, i) >>> 9) + 0.5) / 0x80_0000;
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
  const threshold = Math.round(probability * 0x1_0000) | 0;
  for (let done = 0; done < count; done += CHUNK) {
    const part = out.subarray(offset + done, offset + Math.min(count, done + CHUNK));
    fillChoices(source.key, done / 2, part, threshold, on);
  }
}

/**
 * Values filled by one call of the inner loop: V8 keeps a function fast that is called often, not
 * one that runs long.
 */
const CHUNK = 4096;

function fillChoices(
  key: readonly [number, number],
  firstPair: number,
  out: Float32Array | Uint8Array,
  threshold: number,
  on: number,
): void {
  const key0 = key[0];
  const key1 = key[1];
  for (let i = 0; i < out.length; i += 2) {
    const bits = hashAt(key0, key1, firstPair + (i >> 1));
    // The sign bit of the difference instead of a comparison: a branch would be guessed wrongly
    // half of the time.
    out[i] = (((bits & 0xffff) - threshold) >>> 31) * on;
    // Beyond the end of an odd count this writes nowhere.
    out[i + 1] = (((bits >>> 16) - threshold) >>> 31) * on;
  }
}

/** `count` independent 0/1 values, 1 with the given probability. */
export function bernoulli(source: Stream, probability: number, count: number): Uint8Array {
  const out = new Uint8Array(count);
  fillBernoulli(source, probability, out);
  return out;
}
