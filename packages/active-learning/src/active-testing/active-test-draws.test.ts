import { writeSafetensors } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import { drawActiveTests, mixDrawn } from './active-test-draws.js';
import { drawActiveTestItems } from './active-testing.js';
import { expectedLosses, readExpectedLosses, writeExpectedLosses } from './expected-losses.js';

const keys = Int32Array.from([10, 11, 12, 13, 14, 15]);
const open = Int32Array.from([5, 1, 2, 4]);
const shards = [
  { ordinal: Int32Array.from([10, 11, 12]), loss: Float32Array.from([1, 0.5, 0.25]) },
  { ordinal: Int32Array.from([13, 14, 15]), loss: Float32Array.from([2, 0.75, 0.125]) },
];

describe('active-test items', () => {
  it('are drawn among open places by the losses of their keys, with what was open then', () => {
    const { places, drawOf } = drawActiveTests(
      { count: 3, seed: 7, losses: shards },
      { keys, open },
    );
    const { positions, chances } = drawActiveTestItems([0.125, 0.5, 0.25, 0.75], {
      count: 3,
      seed: 7,
      floor: 0.3,
      keys_N: [15, 11, 12, 14],
    });
    expect(places).toEqual(Array.from(positions, (position) => open[position]));
    expect(Array.from(drawOf.entries())).toEqual(
      places.map((place, m) => [place, { chance: chances[m], among: 4 - m }]),
    );
  });

  it('are none where none are wanted or nothing is open', () => {
    const nothing = { places: [], drawOf: new Map() };
    expect(drawActiveTests({ count: 0, seed: 7, losses: [] }, { keys, open })).toEqual(nothing);
    const closed = { keys, open: new Int32Array(0) };
    expect(drawActiveTests({ count: 2, seed: 7, losses: [] }, closed)).toEqual(nothing);
  });

  it('want a loss of every open item', () => {
    const losses = shards.slice(1);
    expect(() => drawActiveTests({ count: 2, seed: 7, losses }, { keys, open })).toThrow(
      /No loss is expected of item 1[12]/,
    );
  });
});

describe('drawActiveTestItems', () => {
  it('takes items alike where no mistake is expected, and none below the floor', () => {
    const even = drawActiveTestItems([0, 0, 0, 0], { count: 1, seed: 1 });
    expect(even.chances[0]).toBe(0.25);
    const floored = drawActiveTestItems([4, 0, 0, 0], { count: 4, seed: 1, floor: 0.5 });
    const first = floored.positions[0] === 0 ? 4 / 5.5 : 0.5 / 5.5;
    expect(floored.chances[0]).toBeCloseTo(first, 12);
    expect(floored.chances[3]).toBe(1);
    expect(() => drawActiveTestItems([1, 2], { count: 1, seed: 1, floor: 1 })).not.toThrow();
  });

  it.each([0, -0.1, 1.1, Number.NaN])('refuses a floor of %d', (floor) => {
    expect(() => drawActiveTestItems([1, 2], { count: 1, seed: 1, floor })).toThrow(/floor/);
  });

  it('refuses losses below 0, and keys of another length', () => {
    expect(() => drawActiveTestItems([1, -2], { count: 1, seed: 1 })).toThrow(/got -2 at 1/);
    expect(() => drawActiveTestItems([1, 2], { count: 1, seed: 1, keys_N: [1] })).toThrow(/keys_N/);
  });
});

describe('control and active-test items', () => {
  it('keep their own order in one row, and their places go by the seed', () => {
    const control = ['a', 'b', 'c', 'd', 'e', 'f'];
    const tests = ['1', '2', '3', '4'];
    const rows = Array.from({ length: 20 }, (_, seed) => mixDrawn(control, tests, seed));
    for (const row of rows) {
      expect(row.filter((item) => item >= 'a')).toEqual(control);
      expect(row.filter((item) => item < 'a')).toEqual(tests);
    }
    expect(new Set(rows.map((row) => row.join(''))).size).toBeGreaterThan(10);
    expect(mixDrawn(control, tests, 3)).toEqual(mixDrawn(control, tests, 3));
    expect(mixDrawn(control, [], 3)).toEqual(control);
  });
});

describe('losses that the second network expects', () => {
  const classes = (meanProbs_N_C: number[]) =>
    ({ kind: 'class', rows: 2, classes: 2, meanProbs_N_C }) as never;

  it('of a choice are root mean squares of mistakes', () => {
    const losses = expectedLosses(classes([0.9, 0.1, 0.3, 0.7]), classes([0.75, 0.25, 0.5, 0.5]));
    expect([...losses]).toEqual([0.5, Math.fround(Math.sqrt(0.5))]);
  });

  it('of a number are root mean squares of squared errors, noise included', () => {
    const numbers = (mean_N: number[], varianceOfMeans_N: number[], meanOfVariances_N: number[]) =>
      ({ kind: 'number', rows: 1, mean_N, varianceOfMeans_N, meanOfVariances_N }) as never;
    const losses = expectedLosses(numbers([3], [9], [9]), numbers([1], [0.5], [1.5]));
    expect(losses[0]).toBeCloseTo(Math.sqrt(16 + 6 * 4 * 2 + 3 * 4), 5);
  });

  it('are of no other kind of answer', () => {
    const choices = { kind: 'choices' } as never;
    for (const [model, surrogate] of [
      [choices, choices],
      [classes([1, 0, 1, 0]), choices],
    ])
      expect(() => expectedLosses(model as never, surrogate as never)).toThrow(/one choice or/);
    const number = { kind: 'number', mean_N: [1] } as never;
    expect(() => expectedLosses(number, classes([1, 0, 1, 0]))).toThrow(/asks for number/);
    const numbers = {
      kind: 'number',
      mean_N: [1],
      varianceOfMeans_N: [1],
      meanOfVariances_N: [1],
    } as never;
    expect(() => expectedLosses(choices, numbers)).toThrow(/asks for choices/);
  });

  it('are read as they were written, and other files are refused', () => {
    const written = writeExpectedLosses(shards[0]!);
    expect(readExpectedLosses(written)).toEqual(shards[0]);
    const { ordinal, loss } = shards[0]!;
    const wholes = { dtype: 'I32', shape: [3], data: ordinal } as const;
    const reals = { dtype: 'F32', shape: [3], data: loss } as const;
    for (const tensors of [{ ordinal: wholes }, { loss: reals }, { ordinal: reals, loss: reals }])
      expect(() => readExpectedLosses(writeSafetensors(tensors, {}))).toThrow(/losses of a shard/);
    expect(() =>
      readExpectedLosses(writeSafetensors({ ordinal: wholes, loss: wholes }, {})),
    ).toThrow(/losses of a shard/);
  });
});
