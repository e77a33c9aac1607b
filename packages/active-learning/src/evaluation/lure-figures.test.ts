import type { ClassMoments, NumericMoments } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import { PART, type TrainingSet } from '../labels/training-set.js';
import { lureFigures } from './lure-figures.js';

const heldOut = PART.validation + PART.heldOut;
const set: TrainingSet = {
  version: 1,
  kind: 'class',
  classes: ['a', 'b'],
  fields: [],
  heldOutSource: 'validation',
  ordinals: [0, 1, 2, 3],
  targets: [0, 1, 0, 1],
  parts: [heldOut, PART.train, heldOut, heldOut],
  prior: null,
  weights: [0.5, 9, 2, 1.5],
  poolRows: 100,
  trainWithLureWeights: false,
  activeTest: null,
};
const classes = {
  kind: 'class',
  rows: 3,
  classes: 2,
  meanProbs_N_C: Float64Array.from([0.9, 0.1, 0.4, 0.6, 0.2, 0.8]),
} as unknown as ClassMoments;

function by(weights: number[], losses: number[]) {
  const weighted = losses.map((loss, i) => loss * weights[i]!);
  const mean = weighted.reduce((a, b) => a + b) / losses.length;
  const squares = weighted.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const n = losses.length;
  return { mean, error: Math.sqrt((squares / (n - 1) / n) * (1 - n / 100)) };
}

describe('lureFigures', () => {
  it('are weighted means of the losses, with their standard errors', () => {
    const found = lureFigures(set, { moments: classes, targets: [0, 0, 1] })!;
    const wrong = by([0.5, 2, 1.5], [0, 1, 0]);
    const nll = by(
      [0.5, 2, 1.5],
      [0.9, 0.4, 0.8].map((p) => -Math.log(p)),
    );
    expect(found.rows).toBe(3);
    expect(found.effectiveRows).toBeCloseTo(4 ** 2 / (0.25 + 4 + 2.25), 12);
    expect(found.metric!.value).toBeCloseTo(1 - wrong.mean, 12);
    expect(found.metric!.standardError).toBeCloseTo(wrong.error, 12);
    expect(found.nll!.value).toBeCloseTo(nll.mean, 12);
    expect(found.nll!.standardError).toBeCloseTo(nll.error, 12);
  });

  it('of numbers are a root mean square and a log likelihood', () => {
    const moments = {
      kind: 'number',
      rows: 3,
      mean_N: Float64Array.from([1, 2, 3]),
      varianceOfMeans_N: Float64Array.from([0.5, 0.5, 0.5]),
      meanOfVariances_N: Float64Array.from([0.5, 1.5, 0.5]),
    } as unknown as NumericMoments;
    const found = lureFigures({ ...set, kind: 'number' }, { moments, targets: [2, 2, 5] })!;
    const square = by([0.5, 2, 1.5], [1, 0, 4]);
    expect(found.metric!.value).toBeCloseTo(Math.sqrt(square.mean), 12);
    expect(found.metric!.standardError).toBeCloseTo(square.error / 2 / Math.sqrt(square.mean), 12);
    const half = Math.log(2 * Math.PI) / 2;
    const nll = by([0.5, 2, 1.5], [half + 0.5, half + Math.log(2) / 2, half + 2]);
    expect(found.nll!.value).toBeCloseTo(nll.mean, 12);
  });

  it('are none where held-out items are no chosen labels, or count alike', () => {
    const judged = { moments: classes, targets: [0, 0, 1] };
    expect(lureFigures({ ...set, heldOutSource: 'test' }, judged)).toBeNull();
    expect(lureFigures({ ...set, weights: [] }, judged)).toBeNull();
    expect(lureFigures({ ...set, weights: [1, 9, 1, 1] }, judged)).toBeNull();
  });
});
