import { describe, expect, it } from 'vitest';
import { NumericsError } from '../errors.js';
import { stream } from '../random/stream.js';
import { batchPlan } from './noise.js';
import { meanOneWeights, weightedPass, weightsDigest } from './row-weights.js';

const RAW = [4, 1, 0.5, 2.5, 0.01, 3, 1, 2];
const weights = meanOneWeights(RAW, RAW.length, 'Training rows')!;

function countsOf(drawn: Iterable<number>, rows = RAW.length): number[] {
  const counts = new Array<number>(rows).fill(0);
  for (const row of drawn) counts[row]! += 1;
  return counts;
}

describe('meanOneWeights', () => {
  it('keeps the ratios and gives the mean 1', () => {
    expect(weights.reduce((a, b) => a + b) / weights.length).toBeCloseTo(1, 12);
    expect(weights[0]! / weights[3]!).toBeCloseTo(1.6, 12);
  });

  it('says nothing where all rows count alike', () => {
    expect(meanOneWeights(undefined, 3, 'Training rows')).toBeNull();
    expect(meanOneWeights([0.1, 0.1, 0.1], 3, 'Training rows')).toBeNull();
  });

  it.each([
    [[1, 2], /Training rows: expected one weight for each of 3 rows, got 2/],
    [[1, 0, 2], /Training rows: the weight of row 1 is 0; weights are positive/],
    [[1, 2, Number.NaN], /row 2 is NaN/],
    [[Infinity, 2, 1], /row 0 is Infinity/],
    [[1e308, 1e308, 1], /sum of the weights is Infinity/],
  ])('refuses %j', (wrong, message) => {
    expect(() => meanOneWeights(wrong, 3, 'Training rows')).toThrow(message);
    expect(() => meanOneWeights(wrong, 3, 'Training rows')).toThrow(NumericsError);
  });
});

describe('weightedPass', () => {
  it.each([8, 3, 100])('of %i draws holds each row its share, rounded down or up', (size) => {
    for (let seed = 0; seed < 200; seed++) {
      const counts = countsOf(weightedPass(stream(seed), weights, size));
      expect(counts.reduce((a, b) => a + b)).toBe(size);
      counts.forEach((count, row) => {
        const share = (weights[row]! * size) / RAW.length;
        expect(Math.abs(count - share)).toBeLessThan(1);
      });
    }
  });

  it('holds each row its share exactly, on average, and in any place of the pass', () => {
    const passes = 20_000;
    const all = new Array<number>(RAW.length).fill(0);
    const first = new Array<number>(RAW.length).fill(0);
    for (let pass = 0; pass < passes; pass++) {
      const drawn = weightedPass(stream(7).at(pass), weights, 8);
      countsOf(drawn).forEach((count, row) => {
        all[row]! += count / passes;
      });
      first[drawn[0]!]! += 1 / passes;
    }
    weights.forEach((weight, row) => {
      // A count is one of two neighbours: its deviation is 1/2 at most. 4.9 errors: a false alarm
      // below 1e-6; seeds are fixed.
      expect(Math.abs(all[row]! - weight)).toBeLessThan((4.9 * 0.5) / Math.sqrt(passes));
      const chance = weight / RAW.length;
      const error = Math.sqrt((chance * (1 - chance)) / passes);
      expect(Math.abs(first[row]! - chance)).toBeLessThan(4.9 * error);
    });
  });

  it('does not take rows that come in a pattern together', () => {
    // Every other row has .5: walked in order, a pass of half as many draws would be all even rows
    // or all odd ones.
    const half = new Float64Array(40).fill(1);
    const shares = Array.from({ length: 50 }, (_, seed) => {
      const drawn = weightedPass(stream(seed), half, 20);
      return drawn.filter((row) => row % 2 === 0).length / 20;
    });
    expect(Math.min(...shares)).toBeGreaterThan(0.1);
    expect(Math.max(...shares)).toBeLessThan(0.9);
  });
});

describe('an epoch of weighted rows', () => {
  const plan = (drawsPerEpoch: number | undefined) =>
    batchPlan(stream(3), { rows: 8, batchSize: 4, drawsPerEpoch, weights });

  it.each([undefined, 4000])('is made of whole passes (draws per epoch: %s)', (draws) => {
    const { stepsPerEpoch, rows } = plan(draws);
    const batch = new Int32Array(4);
    const counts = new Array<number>(8).fill(0);
    for (let step = 0; step < stepsPerEpoch; step++) {
      rows(step, batch, 0);
      for (const row of batch) counts[row]! += 1;
    }
    const drawn = stepsPerEpoch * 4;
    counts.forEach((count, row) => {
      // Fewer than one draw off in each pass: one pass where draws are given, else 128 independent
      // ones.
      const off = Math.abs(count - (weights[row]! * drawn) / 8);
      expect(off).toBeLessThan(draws === undefined ? 4.9 * 0.5 * Math.sqrt(128) : 1);
    });
  });

  it('can be asked for any step in any order', () => {
    const at = (steps: number[]) => {
      const { rows } = plan(undefined);
      return new Map(
        steps.map((step) => {
          const batch = new Int32Array(4);
          rows(step, batch, 0);
          return [step, [...batch]];
        }),
      );
    };
    expect(at([200, 3, 0])).toEqual(new Map([...at([0, 3, 200])].reverse()));
  });
});

it('weightsDigest tells weights apart', () => {
  const digest = weightsDigest(weights);
  expect(digest).toMatch(/^[0-9a-f]{16}$/);
  expect(weightsDigest(Float64Array.from(weights))).toBe(digest);
  expect(weightsDigest(weights.map((w, i) => (i === 3 ? w + 1e-15 : w)))).not.toBe(digest);
  expect(weightsDigest(weights.toReversed())).not.toBe(digest);
});
