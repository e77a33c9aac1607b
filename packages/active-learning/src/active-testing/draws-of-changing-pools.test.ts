import { Sequence, stream } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import { type Draw, lureWeights, lureWeightsOfDraws, lureWeightsOfLabels } from './lure.js';

const LOSSES = [0.1, 3, 0.4, 1.2, 0.05, 2];
/** Chances follow these, which know something of the losses. */
const WEIGHTS = [1, 4, 0.5, 2, 1, 2.5];
const POOL = LOSSES.length;

type History = {
  readonly chance: number;
  readonly open: readonly number[];
  readonly drawn: readonly number[];
  readonly draws: readonly Draw[];
};

/**
 * Every way in which `count` items can be drawn, with its chance; after each draw as many of the
 * others leave by chance.
 */
function everyHistory(count: number, leaving: number): History[] {
  let all: History[] = [{ chance: 1, open: [...LOSSES.keys()], drawn: [], draws: [] }];
  for (let m = 0; m < count; m++) {
    all = all.flatMap(drawOne);
    for (let i = 0; i < leaving && m < count - 1; i++) all = all.flatMap(leaveOne);
  }
  return all;
}

function drawOne({ chance, open, drawn, draws }: History): History[] {
  const total = open.reduce((sum, n) => sum + WEIGHTS[n]!, 0);
  return open.map((n) => {
    const q = WEIGHTS[n]! / total;
    return {
      chance: chance * q,
      open: open.filter((other) => other !== n),
      drawn: [...drawn, n],
      draws: [...draws, { chance: q, among: open.length }],
    };
  });
}

const leaveOne = (history: History): History[] =>
  history.open.map((n) => ({
    ...history,
    chance: history.chance / history.open.length,
    open: history.open.filter((other) => other !== n),
  }));

/** Of the weighted mean loss over all histories. */
function expected(all: readonly History[], weigh: (draws: readonly Draw[]) => Float64Array) {
  return all.reduce((sum, { chance, drawn, draws }) => {
    const weights = weigh(draws);
    return (
      sum + (chance * drawn.reduce((r, n, m) => r + weights[m]! * LOSSES[n]!, 0)) / drawn.length
    );
  }, 0);
}

describe('lureWeightsOfDraws', () => {
  const truth = LOSSES.reduce((a, b) => a + b, 0) / POOL;

  it('are those of LURE where the pool changes by the draws alone', () => {
    const random = new Sequence(stream(3));
    for (const rows of [7, 40, 400]) {
      const chances = Array.from({ length: 7 }, () => 0.02 + 0.9 * random.uniform());
      const draws = chances.map((chance, m) => ({ chance, among: rows - m }));
      const weights = lureWeightsOfDraws(draws);
      lureWeights(chances, rows).forEach((weight, m) => {
        expect(weights[m]).toBeCloseTo(weight, 12);
      });
    }
  });

  it.each([0, 1])('give the mean of the pool to the last digit when %i leave a draw', (leaving) => {
    const all = everyHistory(3, leaving);
    expect(all.reduce((sum, { chance }) => sum + chance, 0)).toBeCloseTo(1, 12);
    expect(expected(all, lureWeightsOfDraws)).toBeCloseTo(truth, 12);
  });

  it('differ from weights without an order, which are biased once others have left', () => {
    const all = everyHistory(3, 1);
    const without = expected(all, (draws) => lureWeightsOfLabels(draws, POOL));
    expect(Math.abs(without - truth)).toBeGreaterThan(0.01);
  });

  it('give the mean of the pool where different numbers leave', () => {
    const leaveMany = (all: History[], times: number): History[] =>
      times === 0 ? all : leaveMany(all.flatMap(leaveOne), times - 1);
    let all: History[] = [{ chance: 1, open: [...LOSSES.keys()], drawn: [], draws: [] }];
    all = all.flatMap(drawOne).flatMap(drawOne);
    all = leaveMany(all, 2).flatMap(drawOne);
    expect(expected(all, lureWeightsOfDraws)).toBeCloseTo(truth, 12);
  });

  it('stay above 0, and are 1 for draws by chance alone and for a whole pool', () => {
    const even = [900, 899, 640, 639, 12].map((among) => ({ chance: 1 / among, among }));
    for (const weight of lureWeightsOfDraws(even)) expect(weight).toBeCloseTo(1, 12);
    const sure = [9, 7, 4, 2].map((among) => ({ chance: 1, among }));
    for (const weight of lureWeightsOfDraws(sure)) expect(weight).toBeGreaterThan(0);
    const whole = [0.7, 1].map((chance, m) => ({ chance, among: 2 - m }));
    expect([...lureWeightsOfDraws(whole)]).toEqual([1, 1]);
  });

  it('refuse what is no draw', () => {
    expect(() => lureWeightsOfDraws([{ chance: 0, among: 3 }])).toThrow(/\(0, 1\]/);
    expect(() => lureWeightsOfDraws([{ chance: 0.5, among: 0 }])).toThrow(/among/);
  });
});
