import { NumericsError } from '../errors.js';

/**
 * A named, splittable source of random bits without state: the same key and index always give the
 * same bits, in any order, in any process. Two lanes of 32 bits name a stream.
 */
export type Stream = {
  readonly key: readonly [number, number];
  /** The stream of a named part, such as a layer or a purpose. */
  split(name: string): Stream;
  /** The stream of a numbered part, such as a step or a posterior sample. */
  at(index: number): Stream;
};

/**
 * The root stream of a seed. Zero is a seed like any other.
 * @throws invalid_argument when the seed is not a safe integer
 */
export function stream(seed: number): Stream {
  if (!Number.isSafeInteger(seed)) {
    throw new NumericsError('invalid_argument', `A seed must be a whole number, got ${seed}.`, {
      seed,
    });
  }
  return fromKey(...absorbNumber(0x6a09e667, 0xbb67ae85, seed));
}

/**
 * 32 random bits of position `index` in the stream: an integer hash in three rounds (constants of
 * the low-bias search by C. Wellons, `triple32`), the second key lane entering between the rounds
 * so that two streams are never shifted copies of each other. The result is a signed 32-bit
 * integer, which engines keep in a register.
 */
export function hashAt(key0: number, key1: number, index: number): number {
  let x = (Math.imul(index, 0x9e3779b1) + key0) | 0;
  x ^= x >>> 17;
  x = Math.imul(x, 0xed5ad4bb);
  x ^= x >>> 11;
  x = (x + key1) | 0;
  x = Math.imul(x, 0xac4c1b51);
  x ^= x >>> 15;
  x = Math.imul(x, 0x31848bab);
  return x ^ (x >>> 14);
}

/** The same bits as a whole number from 0 to 2^32 - 1. */
export function bitsAt(key0: number, key1: number, index: number): number {
  return hashAt(key0, key1, index) >>> 0;
}

function fromKey(lane0: number, lane1: number): Stream {
  // Signed, so that every hash stays in integer registers.
  const [key0, key1] = [lane0 | 0, lane1 | 0];
  return {
    key: [key0, key1],
    split: (name) => fromKey(...absorbText(key0, key1, name)),
    at: (index) => {
      if (!Number.isSafeInteger(index) || index < 0) {
        throw new NumericsError('invalid_argument', `A stream index counts from 0, got ${index}.`, {
          index,
        });
      }
      return fromKey(...absorbNumber(key0 ^ 0x3c6ef372, key1, index));
    },
  };
}

function absorbNumber(key0: number, key1: number, value: number): [number, number] {
  const low = value >>> 0;
  const high = Math.floor(value / 0x1_0000_0000) >>> 0;
  const a = bitsAt(key0, key1, low);
  const b = bitsAt(key1, a, high);
  return [bitsAt(b, key0, 0x243f6a88 ^ low), bitsAt(a, b, 0x85a308d3 ^ high)];
}

function absorbText(key0: number, key1: number, text: string): [number, number] {
  let a = key0 ^ 0x510e527f;
  let b = key1;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = bitsAt(a, b, unit);
    b = bitsAt(b, a, unit + 1);
  }
  return [bitsAt(a, b, text.length), bitsAt(b, a, text.length + 1)];
}
