import { describe, expect, it } from 'vitest';
import {
  assertDistributions,
  assertLogProbs,
  assertMoments,
  momentsOfLogProbs,
} from './predictive-moments.js';

const logProbsOf = (probs_N_K_C: number[][][]) => ({
  rows: probs_N_K_C.length,
  samples: probs_N_K_C[0]!.length,
  classes: probs_N_K_C[0]![0]!.length,
  logProbs_N_K_C: Float64Array.from(probs_N_K_C.flat(2), Math.log),
});

describe('momentsOfLogProbs', () => {
  it('means, squares, entropies and votes are those of the samples', () => {
    const moments = momentsOfLogProbs(
      logProbsOf([
        [
          [0.2, 0.8],
          [0.6, 0.4],
        ],
        [
          [1, 0],
          [0.5, 0.5],
        ],
      ]),
    );
    const close = (values: ArrayLike<number>, expected: number[]) => {
      expect(values).toHaveLength(expected.length);
      for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 12);
    };
    close(moments.meanProbs_N_C, [0.4, 0.6, 0.75, 0.25]);
    close(moments.meanSquareProbs_N_C!, [0.2, 0.4, 0.625, 0.125]);
    const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    close(moments.expectedEntropy_N, [(entropy(0.2) + entropy(0.6)) / 2, Math.LN2 / 2]);
    // Of equals the first class has the vote.
    close(moments.votes_N_C, [1, 1, 2, 0]);
    expect(moments).toMatchObject({ rows: 2, samples: 2, classes: 2 });
  });

  it('gives the vote to the likeliest class, wherever it stands', () => {
    const { votes_N_C } = momentsOfLogProbs(
      logProbsOf([
        [
          [0.1, 0.2, 0.7],
          [0.1, 0.7, 0.2],
          [0.3, 0.3, 0.4],
        ],
      ]),
    );
    expect([...(votes_N_C as Float64Array)]).toEqual([0, 1, 2]);
  });
});

describe('assertLogProbs', () => {
  const input = logProbsOf([
    [
      [0.5, 0.5],
      [0.25, 0.75],
    ],
    [
      [1, 0],
      [0.9, 0.1],
    ],
  ]);
  const withValue = (at: number, value: number) => ({
    ...input,
    logProbs_N_K_C: input.logProbs_N_K_C.map((own, i) => (i === at ? value : own)),
  });

  it('takes distributions, ln 0 included', () => {
    expect(() => assertLogProbs('op', input)).not.toThrow();
  });

  it.each([
    [0, 0, 0],
    [3, 0, 1],
    [5, 1, 0],
    [7, 1, 1],
  ])('names the item and the sample of value %i', (at, row, sample) => {
    expect(() => assertLogProbs('op', withValue(at, 0.1))).toThrow(
      expect.objectContaining({
        code: 'invalid_data',
        details: expect.objectContaining({ row, sample }),
      }),
    );
    expect(() => assertLogProbs('op', withValue(at, Number.NaN))).toThrow(
      expect.objectContaining({
        code: 'non_finite',
        details: { op: 'op', row, sample, sum: 'NaN' },
      }),
    );
  });

  it('refuses rows that sum to less than one, and shapes that do not fit', () => {
    expect(() => assertLogProbs('op', withValue(0, -3))).toThrow(/not distributions/);
    expect(() => assertLogProbs('op', { ...input, rows: 3 })).toThrow(/must hold 12 values/);
    expect(() => assertLogProbs('op', { ...input, classes: 1 })).toThrow(/classes must be/);
    expect(() => assertLogProbs('op', { ...input, samples: 0 })).toThrow(/samples must be/);
    expect(() => assertLogProbs('op', { ...input, rows: -1 })).toThrow(/rows must be/);
  });
});

describe('assertDistributions', () => {
  it('takes rows that sum to one', () => {
    expect(() => assertDistributions('op', [0.5, 0.5, 0, 1], 2, 2)).not.toThrow();
  });

  it.each([
    ['too much', [0.5, 0.5, 0.6, 0.5]],
    ['too little', [0.5, 0.5, 0.4, 0.5]],
    ['a negative share', [0.5, 0.5, -0.1, 1.1]],
    ['a negative share that comes last', [0.5, 0.5, 1.1, -0.1]],
  ])('refuses %s', (_, probs_N_C) => {
    expect(() => assertDistributions('op', probs_N_C, 2, 2)).toThrow(
      expect.objectContaining({
        code: 'invalid_data',
        details: expect.objectContaining({ op: 'op', row: 1 }),
      }),
    );
  });
});

describe('assertMoments', () => {
  const moments = momentsOfLogProbs(
    logProbsOf([
      [
        [0.5, 0.5],
        [0.2, 0.8],
      ],
    ]),
  );

  it('takes what was summed', () => {
    expect(() => assertMoments('op', moments)).not.toThrow();
    const { meanSquareProbs_N_C: _, ...plain } = moments;
    expect(() => assertMoments('op', plain)).not.toThrow();
  });

  it.each([
    ['meanProbs_N_C', { meanProbs_N_C: [1] }],
    ['expectedEntropy_N', { expectedEntropy_N: [] }],
    ['votes_N_C', { votes_N_C: [2] }],
    ['meanSquareProbs_N_C', { meanSquareProbs_N_C: [1] }],
    ['expectedEntropy_N', { expectedEntropy_N: [Number.NaN] }],
    ['votes_N_C', { votes_N_C: [Number.NaN, 1] }],
    ['meanProbs_N_C', { meanProbs_N_C: [Number.POSITIVE_INFINITY, 0] }],
    ['meanSquareProbs_N_C', { meanSquareProbs_N_C: [Number.NaN, 1] }],
    ['rows', { rows: 1.5 }],
    ['classes', { classes: 1 }],
    ['samples', { samples: 0 }],
  ])('refuses a wrong %s', (name, change) => {
    expect(() => assertMoments('op', { ...moments, ...change })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ name }) }),
    );
  });
});
