import { bitsAt, type Stream } from './stream.js';

const TWO_POW_32 = 0x1_0000_0000;

/** Draws one after another from a stream, for algorithms that need an unknown number of them. */
export class Sequence {
  private next = 0;
  private readonly key0: number;
  private readonly key1: number;

  constructor(source: Stream) {
    [this.key0, this.key1] = source.key;
  }

  /** 32 random bits as a whole number from 0. */
  bits(): number {
    return bitsAt(this.key0, this.key1, this.next++);
  }

  /** Uniform in (0, 1), neither end included. */
  uniform(): number {
    return (this.bits() + 0.5) / TWO_POW_32;
  }

  /** Uniform whole number in [0, bound), without modulo bias (rejection). */
  below(bound: number): number {
    const limit = TWO_POW_32 - (TWO_POW_32 % bound);
    let bits = this.bits();
    while (bits >= limit) bits = this.bits();
    return bits % bound;
  }
}
