import { Sequence, stream } from '@dubio/bayes-core/pure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classUncertainty } from '../uncertainty/class-uncertainty.js';
import { type LogProbs, momentsOfLogProbs } from '../uncertainty/predictive-moments.js';
import { acquire } from './acquire.js';
import { epigOfClasses, epigOfNumbers } from './epig.js';
import { referenceEpig } from './epig.reference.js';

type Probs = number[][][];

function randomProbs(seed: number, rows: number, samples: number, classes: number): Probs {
  const draws = new Sequence(stream(seed));
  return Array.from({ length: rows }, () =>
    Array.from({ length: samples }, () => {
      const weights = Array.from({ length: classes }, () => Math.exp(4 * draws.uniform()));
      const sum = weights.reduce((a, b) => a + b, 0);
      return weights.map((w) => w / sum);
    }),
  );
}

const logProbsOf = (probs: Probs): LogProbs => ({
  rows: probs.length,
  samples: probs[0]!.length,
  classes: probs[0]![0]!.length,
  logProbs_N_K_C: Float64Array.from(probs.flat(2), Math.log),
});

describe('epigOfClasses', () => {
  it('is the divergence of joint and product of the answers, between 0 and BALD', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 2, max: 5 }),
        (seed, samples, classes) => {
          const items = randomProbs(seed, 3, samples, classes);
          const targets = randomProbs(seed + 1, 4, samples, classes);
          const candidates = logProbsOf(items);
          const scores = epigOfClasses({ candidates, targets: logProbsOf(targets) });
          const { epistemic_N } = classUncertainty(momentsOfLogProbs(candidates));
          scores.forEach((score, n) => {
            expect(score).toBeCloseTo(referenceEpig(items[n]!, targets), 10);
            expect(score).toBeLessThanOrEqual(epistemic_N[n]! + 1e-9);
          });
        },
      ),
    );
  });

  // Samples agree on pairs: item 0 shares the target's question, item 1 asks another that is as
  // open.
  const coin = (on: boolean[]) => on.map((b) => (b ? [1, 0] : [0, 1]));
  const shared = coin([true, true, false, false]);
  const apart = coin([true, false, true, false]);

  it('is ln 2 for the same coin, nothing for another', () => {
    const scores = epigOfClasses({
      candidates: logProbsOf([shared, apart]),
      targets: logProbsOf([shared]),
    });
    expect(scores[0]).toBeCloseTo(Math.log(2), 12);
    expect(scores[1]).toBeCloseTo(0, 12);
  });

  it('orders items that BALD cannot tell apart', () => {
    const logProbs = logProbsOf([apart, shared]);
    const uncertainty = classUncertainty(momentsOfLogProbs(logProbs));
    const request = {
      batchSize: 1,
      seed: 0,
      uncertainty,
      candidates: { ...logProbs, positions_M: [0, 1] },
      targets: logProbsOf([shared]),
    };
    expect([...acquire({ ...request, rule: 'bald' }).indices]).toEqual([0]);
    expect([...acquire({ ...request, rule: 'epig' }).indices]).toEqual([1]);
  });

  it('refuses targets of other samples or other classes', () => {
    const candidates = logProbsOf(randomProbs(0, 2, 3, 2));
    expect(() =>
      epigOfClasses({ candidates, targets: logProbsOf(randomProbs(0, 2, 4, 2)) }),
    ).toThrow(/same samples/);
    expect(() =>
      epigOfClasses({ candidates, targets: logProbsOf(randomProbs(0, 2, 3, 3)) }),
    ).toThrow(/same classes/);
  });
});

describe('epigOfNumbers', () => {
  const numbers = (means: number[][], noise: number) => ({
    rows: means.length,
    samples: means[0]!.length,
    means_N_T: means.flat(),
    variances_N_T: means.flat().map(() => noise),
  });

  it('knows the normal with correlation one half, and independence', () => {
    // Spread 1 and noise 1: total 2, covariance of an item with its own target 1, r = 1/2.
    const up = [1, -1, 1, -1];
    const other = [1, 1, -1, -1];
    const scores = epigOfNumbers({
      candidates: numbers([up, other], 1),
      targets: numbers([up], 1),
    });
    expect(scores[0]).toBeCloseTo(-Math.log(1 - 0.25) / 2, 12);
    expect(scores[1]).toBeCloseTo(0, 12);
  });

  it('never exceeds what the answer tells about the weights', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0.01, max: 10, noNaN: true }), (seed, noise) => {
        const draws = new Sequence(stream(seed));
        const rows = Array.from({ length: 4 }, () =>
          Array.from({ length: 5 }, () => 3 * draws.uniform()),
        );
        const candidates = numbers(rows, noise);
        const scores = epigOfNumbers({ candidates, targets: candidates });
        rows.forEach((row, n) => {
          const mean = row.reduce((a, b) => a + b, 0) / row.length;
          const spread = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
          expect(scores[n]).toBeGreaterThanOrEqual(0);
          expect(scores[n]).toBeLessThanOrEqual(Math.log1p(spread / noise) / 2 + 1e-9);
        });
      }),
    );
  });

  it('refuses numbers without noise', () => {
    const candidates = numbers([[1, 2]], 0);
    expect(() => epigOfNumbers({ candidates, targets: candidates })).toThrow(/noise/);
  });
});
