import { describe, expect, it } from 'vitest';
import { joinPoolScores, type PoolScores, readPoolScores, writePoolScores } from './pool-scores.js';

describe('pool scores', () => {
  const columns = (from: number, rows: number): PoolScores => {
    const floats = () => Float32Array.from({ length: rows }, (_, i) => from + i / 2);
    return {
      ordinal: Int32Array.from({ length: rows }, (_, i) => from + i),
      total: floats(),
      aleatoric: floats(),
      epistemic: floats(),
      score: floats(),
      firstLook: null,
      mean: floats(),
      predicted: new Int32Array(rows).fill(1),
      votes: new Int32Array(rows * 2).fill(from),
      classes: 2,
    };
  };

  it('come back as they were written, and join in order', () => {
    expect(readPoolScores(writePoolScores(columns(3, 4)))).toEqual(columns(3, 4));
    const joined = joinPoolScores([columns(0, 2), columns(2, 3)]);
    expect([...joined.ordinal]).toEqual([0, 1, 2, 3, 4]);
    expect([...joined.votes]).toEqual([0, 0, 0, 0, 2, 2, 2, 2, 2, 2]);
    expect(joined.firstLook).toBeNull();
  });

  it('keep the errors of a first look', () => {
    const firstLook = {
      scoreError: Float32Array.of(1, 2, 3),
      meanProbs: Float32Array.of(0.25, 0.75, 0.5, 0.5, 1, 0),
    };
    const estimated = { ...columns(1, 3), firstLook };
    expect(readPoolScores(writePoolScores(estimated))).toEqual(estimated);
    const joined = joinPoolScores([estimated, estimated]).firstLook!;
    expect([...joined.scoreError]).toEqual([1, 2, 3, 1, 2, 3]);
    expect([...joined.meanProbs]).toEqual([...firstLook.meanProbs, ...firstLook.meanProbs]);
  });

  it('say which column is missing', () => {
    const bytes = writePoolScores(columns(0, 1));
    const text = Buffer.from(bytes).toString('latin1').replace('"votes"', '"goats"');
    expect(() => readPoolScores(Buffer.from(text, 'latin1'))).toThrow(/no column "votes"/);
  });
});
