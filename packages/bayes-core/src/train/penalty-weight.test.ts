import { describe, expect, it } from 'vitest';
import type { PosteriorSpec } from '../nn/spec.js';
import { minibatchShare, penaltyWeight, warmth } from './penalty-weight.js';

const meanField = (klShares: 'uniform' | 'geometric', klScale = 1): PosteriorSpec => ({
  kind: 'mean-field',
  estimator: 'flipout',
  prior: { kind: 'gaussian', deviation: 1 },
  initialDeviation: 0.1,
  klShares,
  klScale,
});

describe('the share of a minibatch', () => {
  it.each([1, 2, 7, 938, 5000])('sums to one over a pass of %i', (batches) => {
    for (const kind of ['uniform', 'geometric'] as const) {
      let sum = 0;
      for (let i = 0; i < batches; i++) sum += minibatchShare(kind, i, batches);
      expect(sum).toBeCloseTo(1, 12);
    }
  });

  it('follows 2^(M-i) / (2^M - 1), counted from 1', () => {
    const shares = [0, 1, 2].map((i) => minibatchShare('geometric', i, 3));
    expect(shares).toEqual([4 / 7, 2 / 7, 1 / 7]);
  });
});

describe('the weight of the penalty', () => {
  it('divides by the training rows, whatever the batch size', () => {
    for (const batchSize of [1, 16, 100, 600])
      expect(penaltyWeight(meanField('uniform'), 600, batchSize, 3)).toBeCloseTo(1 / 600, 15);
  });

  it('is 1 / N on average over a pass, and repeats with every pass', () => {
    const weights = Array.from({ length: 7 }, (_, step) =>
      penaltyWeight(meanField('geometric'), 100, 16, step),
    );
    expect(weights.reduce((sum, weight) => sum + weight, 0) / 7).toBeCloseTo(1 / 100, 12);
    expect(penaltyWeight(meanField('geometric'), 100, 16, 7)).toBe(weights[0]);
  });

  it('is scaled by klScale', () => {
    expect(penaltyWeight(meanField('uniform', 0.25), 100, 10, 0)).toBeCloseTo(0.0025, 15);
  });
});

describe('a warm-up', () => {
  it('rises in a straight line to the whole, and is none when not asked for', () => {
    const spec = { ...meanField('uniform'), klWarmUpEpochs: 4 };
    expect([0.5, 1, 3, 4, 9].map((epochs) => warmth(spec, epochs))).toEqual([
      0.125, 0.25, 0.75, 1, 1,
    ]);
    expect(warmth(meanField('uniform'), 0.001)).toBe(1);
    expect(warmth({ kind: 'point' }, 0.001)).toBe(1);
  });
});
