import { describe, expect, it } from 'vitest';
import { stream } from '../random/stream.js';
import { type BatchPlan, batchPlan } from './noise.js';

function counts(plan: BatchPlan, rows: number, epoch = 0): number[] {
  const seen = new Array<number>(rows).fill(0);
  const batch = new Int32Array(plan.batchSize);
  for (let i = 0; i < plan.stepsPerEpoch; i++) {
    plan.rows(epoch * plan.stepsPerEpoch + i, batch, 0);
    for (const row of batch) seen[row]! += 1;
  }
  return seen;
}

function batchAt(plan: BatchPlan, step: number): number[] {
  const batch = new Int32Array(plan.batchSize);
  plan.rows(step, batch, 0);
  return Array.from(batch);
}

describe('an epoch of a given number of draws', () => {
  const few = () => batchPlan(stream(1), { rows: 30, batchSize: 64, drawsPerEpoch: 5056 });

  it('takes few rows equally often, give or take one', () => {
    for (const epoch of [0, 3]) {
      const seen = counts(few(), 30, epoch);
      expect(seen.reduce((a, b) => a + b)).toBe(5056);
      expect(new Set(seen)).toEqual(new Set([168, 169]));
    }
  });

  it('takes a part of many rows, none twice, another part the next time', () => {
    const plan = batchPlan(stream(1), { rows: 1000, batchSize: 10, drawsPerEpoch: 300 });
    const [first, second] = [counts(plan, 1000), counts(plan, 1000, 1)];
    expect(Math.max(...first)).toBe(1);
    expect(first.reduce((a, b) => a + b)).toBe(300);
    expect(second).not.toEqual(first);
  });

  it('can be asked for any step in any order', () => {
    const forward = few();
    const steps = [0, 78, 79, 200];
    const expected = steps.map((step) => batchAt(forward, step));
    const backward = few();
    expect([...steps].reverse().map((step) => batchAt(backward, step))).toEqual(
      [...expected].reverse(),
    );
    expect(
      batchAt(batchPlan(stream(2), { rows: 30, batchSize: 64, drawsPerEpoch: 5056 }), 0),
    ).not.toEqual(expected[0]);
  });
});

describe('an epoch without a number of draws', () => {
  it('is whole passes, as many as make it long enough to judge by', () => {
    const plan = batchPlan(stream(1), { rows: 100, batchSize: 20, drawsPerEpoch: undefined });
    expect(plan.stepsPerEpoch).toBe(52);
    const seen = counts(plan, 100);
    expect(Math.max(...seen) - Math.min(...seen)).toBeLessThanOrEqual(1);
  });
});
