import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const FOLDER = new URL('../../demo/digits/', import.meta.url);
const SPLITS = ['pool', 'validation', 'test'] as const;
const HIDDEN = 255;
export const DIGIT_PIXELS = 64;
/** Dark dots in a block: the largest value of a pixel. */
export const DIGIT_LEVELS = 16;

export type DigitScan = {
  readonly name: string;
  readonly split: (typeof SPLITS)[number];
  readonly pixels: Uint8Array;
  /** Null in the pool: nobody is to know. */
  readonly digit: number | null;
  /** Known for the pool only, for simulations and the demo annotator. */
  readonly truth: number | null;
};

const unpack = promisify(gunzip);
const read = async (name: string): Promise<Uint8Array> =>
  unpack(await readFile(new URL(name, FOLDER)));

/** The scans that come with Dubio, in the order of their ordinals. */
export async function readDigitScans(): Promise<DigitScan[]> {
  const [pixels, splits, labels, truths, names] = await Promise.all([
    read('pixels.u8.gz'),
    read('splits.u8.gz'),
    read('held-out-labels.u8.gz'),
    read('pool-truth.u8.gz'),
    readFile(new URL('names.txt', FOLDER), 'utf8'),
  ]);
  let seenOfPool = 0;
  return names
    .trim()
    .split('\n')
    .map((name, index) => {
      const split = SPLITS[splits[index] ?? 0] ?? 'pool';
      const digit = labels[index] ?? HIDDEN;
      return {
        name,
        split,
        pixels: pixels.subarray(index * DIGIT_PIXELS, (index + 1) * DIGIT_PIXELS),
        digit: digit === HIDDEN ? null : digit,
        truth: split === 'pool' ? (truths[seenOfPool++] ?? null) : null,
      };
    });
}
