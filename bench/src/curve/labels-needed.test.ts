import { describe, expect, it } from 'vitest';
import { quantile } from '../framework/statistics.js';
import { curvePicture } from './curve-picture.js';
import type { CurveRun } from './curve-state.js';
import { labelsNeeded, labelsTable, medianCurves } from './labels-needed.js';

const run = (rule: string, seed: number, accuracies: number[]): CurveRun => ({
  rule,
  seed,
  acquired: [],
  points: accuracies.map((accuracy, i) => ({
    labels: 20 + 10 * i,
    accuracy,
    nllNats: 0,
    epochs: 1,
    trainSeconds: 0,
    scoreSeconds: 0,
    acquireSeconds: 0,
  })),
});

const runs = [
  run('bald', 0, [0.7, 0.85, 0.91]),
  run('bald', 1, [0.7, 0.79, 0.92]),
  run('bald', 2, [0.7, 0.78, 0.89]),
  run('random', 0, [0.6, 0.7]),
];

describe('labelsNeeded', () => {
  it('counts the first time a target was reached, and never as infinite', () => {
    const needed = labelsNeeded(runs);
    const of = (rule: string, target: number) =>
      needed.find((row) => row.rule === rule && row.target === target)!;
    expect(of('bald', 0.8).perSeed).toEqual([30, 40, 40]);
    expect(of('bald', 0.8).quartiles).toEqual([35, 40, 40]);
    expect(of('bald', 0.9).quartiles).toEqual([40, 40, Number.POSITIVE_INFINITY]);
    expect(of('random', 0.8).quartiles[1]).toBe(Number.POSITIVE_INFINITY);
    expect(labelsTable(needed)).toContain('| bald | 3 | 35/40/40 | 40/40/>40 | >40/>40/>40 |');
    expect(labelsTable(needed)).toContain('| random | 1 | >30/>30/>30 |');
  });
});

describe('medianCurves', () => {
  it('takes the median where every seed has a point', () => {
    const [bald] = medianCurves([...runs, run('bald', 3, [0.7, 0.9])]);
    expect(bald?.points.map(({ labels }) => labels)).toEqual([20, 30]);
    expect(bald?.points[1]?.median).toBeCloseTo((0.79 + 0.85) / 2, 12);
  });

  it('draws each rule once, with its name', () => {
    const svg = curvePicture(medianCurves(runs), 'two <rules>');
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg).toContain('two &lt;rules&gt;');
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

it('quantile interpolates between order statistics, infinities included', () => {
  expect(quantile([3, 1, 2], 0.25)).toBe(1.5);
  expect(quantile([1, Number.POSITIVE_INFINITY], 0.5)).toBe(Number.POSITIVE_INFINITY);
  expect(quantile([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.5)).toBe(
    Number.POSITIVE_INFINITY,
  );
  expect(quantile([], 0.5)).toBeNaN();
});
