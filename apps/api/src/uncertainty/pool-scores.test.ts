import { describe, expect, it } from 'vitest';
import { readPoolScores } from './pool-scores.js';

const ROWS = 3;
const CLASSES = 2;

/** A score file as workers write it, whatever comes before it in memory. */
function scoreFile(): Uint8Array {
  const columns = {
    ordinal: Int32Array.of(4, 7, 9),
    predicted: Int32Array.of(0, 1, 1),
    votes: Int32Array.of(5, 0, 2, 3, 1, 4),
    total: Float32Array.of(0.5, 0.25, 0.75),
    aleatoric: Float32Array.of(0.125, 0.25, 0.5),
    epistemic: Float32Array.of(0.375, 0, 0.25),
    mean: Float32Array.of(0, 0, 0),
  };
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const [name, data] of Object.entries(columns)) {
    header[name] = {
      dtype: data instanceof Int32Array ? 'I32' : 'F32',
      shape: name === 'votes' ? [ROWS, CLASSES] : [ROWS],
      data_offsets: [offset, offset + data.byteLength],
    };
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return Buffer.concat([
    length,
    text,
    ...Object.values(columns).map((data) => new Uint8Array(data.buffer)),
  ]);
}

describe('score file of a pool', () => {
  it('reads each column with its own rows, also from a Buffer in shared memory', () => {
    const file = scoreFile();
    const shared = Buffer.alloc(file.length + 5);
    shared.set(file, 5);
    for (const bytes of [file, shared.subarray(5)]) {
      const scores = readPoolScores(bytes);
      expect([...scores.ordinal]).toEqual([4, 7, 9]);
      expect([...scores.predicted]).toEqual([0, 1, 1]);
      expect([...scores.epistemic]).toEqual([0.375, 0, 0.25]);
      expect([...scores.aleatoric]).toEqual([0.125, 0.25, 0.5]);
      expect(scores.classes).toBe(CLASSES);
      expect([...scores.votes]).toEqual([5, 0, 2, 3, 1, 4]);
    }
  });

  it('refuses a file that ends before its columns', () => {
    expect(() => readPoolScores(scoreFile().subarray(0, -8))).toThrow('outside the file');
  });
});
