import { bitsAt } from './stream.js';

/** 64 bits, as text, that tell arrays of numbers apart; against accidents, not against malice. */
export function digest(arrays: readonly Float32Array[]): string {
  let [a, b] = [0x6a09e667, 0xbb67ae85];
  for (const array of arrays) {
    const words = new Uint32Array(array.buffer, array.byteOffset, array.length);
    for (const word of words) {
      a = bitsAt(a, b, word);
      b = bitsAt(b, a, word);
    }
    a = bitsAt(a, b, array.length);
  }
  return [a, b].map((lane) => lane.toString(16).padStart(8, '0')).join('');
}
