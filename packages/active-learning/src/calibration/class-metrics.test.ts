import { Sequence, stream } from '@dubio/bayes-core/pure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classMetrics } from './class-metrics.js';
import type { LabelledProbs } from './labelled.js';
import { reliability } from './reliability.js';
import { applyTemperature, fitTemperature } from './temperature.js';

const three: LabelledProbs = {
  rows: 3,
  classes: 2,
  probs_N_C: [0.8, 0.2, 0.4, 0.6, 0.9, 0.1],
  labels_N: [0, 1, 1],
};

/** Items whose label is drawn from the very probabilities that are stated. */
function calibrated(rows: number, classes: number, seed: number): LabelledProbs {
  const draws = new Sequence(stream(seed));
  const probs_N_C = new Float64Array(rows * classes);
  const labels_N = new Float64Array(rows);
  for (let n = 0; n < rows; n++) {
    const weights = Array.from({ length: classes }, () => Math.exp(4 * draws.uniform()));
    const total = weights.reduce((a, b) => a + b, 0);
    let left = draws.uniform();
    let label = -1;
    weights.forEach((weight, c) => {
      probs_N_C[n * classes + c] = weight / total;
      left -= weight / total;
      if (left < 0 && label < 0) label = c;
    });
    labels_N[n] = Math.max(0, label);
  }
  return { rows, classes, probs_N_C, labels_N };
}

describe('classMetrics', () => {
  it('knows three items by hand', () => {
    const metrics = classMetrics(three);
    expect(metrics.nllNats).toBeCloseTo(-(Math.log(0.8) + Math.log(0.6) + Math.log(0.1)) / 3, 12);
    expect(metrics.brier).toBeCloseTo((0.08 + 0.32 + 1.62) / 3, 12);
    expect(metrics.accuracy.estimate).toBeCloseTo(2 / 3, 12);
    expect([...metrics.confusion_C_C]).toEqual([1, 0, 1, 1]);
    expect(metrics.perClass[0]).toMatchObject({
      support: 1,
      precision: { estimate: 0.5 },
      recall: { estimate: 1 },
    });
    expect(metrics.perClass[1]).toMatchObject({
      support: 2,
      precision: { estimate: 1 },
      recall: { estimate: 0.5 },
    });
  });

  it('charges a surely wrong answer what float32 can say, and no more', () => {
    const { nllNats } = classMetrics({ rows: 1, classes: 2, probs_N_C: [1, 0], labels_N: [1] });
    expect(nllNats).toBeCloseTo(149 * Math.LN2, 9);
  });

  it('never leaves the bounds of its scores', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 30 }), (seed, rows) => {
        const { brier, nllNats, confusion_C_C } = classMetrics(calibrated(rows, 4, seed));
        expect(brier).toBeGreaterThanOrEqual(0);
        expect(brier).toBeLessThanOrEqual(2);
        expect(nllNats).toBeGreaterThanOrEqual(0);
        expect(confusion_C_C.reduce((a, b) => a + b, 0)).toBe(rows);
      }),
    );
  });

  it.each<[string, Partial<LabelledProbs>, RegExp]>([
    ['a label that is no class', { labels_N: [0, 2, 1] }, /classes 0 to 1, got 2 at 1/],
    ['unnormalised rows', { probs_N_C: [1, 1, 0, 1, 1, 0] }, /sum to 1/],
    ['NaN', { probs_N_C: [Number.NaN, 0, 0, 1, 1, 0] }, /NaN at 0/],
    ['no items', { rows: 0, probs_N_C: [], labels_N: [] }, /at least 1/],
  ])('refuses %s', (_, change, message) => {
    expect(() => classMetrics({ ...three, ...change })).toThrow(message);
  });
});

describe('reliability', () => {
  it('knows three items by hand', () => {
    const { ece, mce, bins } = reliability(three, 5);
    // .8 right, .6 right, .9 wrong: bins (.4,.6], (.6,.8], (.8,1].
    expect(bins.map((bin) => bin.count)).toEqual([0, 0, 1, 1, 1]);
    expect(ece).toBeCloseTo((0.4 + 0.2 + 0.9) / 3, 12);
    expect(mce).toBeCloseTo(0.9, 12);
    expect(bins[0]).toMatchObject({
      meanConfidence: null,
      accuracy: { estimate: null, low: 0, high: 1 },
    });
  });

  it('finds calibrated items calibrated, within its own intervals', () => {
    const { ece, bins } = reliability(calibrated(20_000, 5, 1));
    // Mean of |normal| with sd .5/sqrt(1,333) a bin is .011; fixed seed.
    expect(ece).toBeLessThan(0.02);
    const outside = bins.filter(
      ({ count, meanConfidence, accuracy }) =>
        count > 30 && (meanConfidence! < accuracy.low || meanConfidence! > accuracy.high),
    );
    expect(outside.length).toBeLessThanOrEqual(2);
  });

  it('puts a confidence of exactly one into the last bin, and counts every item once', () => {
    const { bins } = reliability(
      { rows: 2, classes: 2, probs_N_C: [1, 0, 0.5, 0.5], labels_N: [0, 0] },
      10,
    );
    expect(bins.map((bin) => bin.count)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  });
});

describe('temperature', () => {
  it.each([0.5, 2, 4])('finds the temperature %d that was put in', (truth) => {
    const honest = calibrated(20_000, 4, 7);
    const distorted = {
      ...honest,
      probs_N_C: applyTemperature(honest.probs_N_C, 4, 1 / truth),
    };
    const fit = fitTemperature(distorted);
    expect(Math.abs(fit.temperature / truth - 1)).toBeLessThan(0.05);
    expect(fit.nllAfterNats).toBeLessThan(fit.nllBeforeNats);
    expect(fit.atLimit).toBe(false);
  });

  it('is the best of a grid, and does not raise the likelihood loss', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const input = calibrated(40, 3, seed);
        const fit = fitTemperature(input);
        expect(fit.nllAfterNats).toBeLessThanOrEqual(fit.nllBeforeNats + 1e-9);
        for (const temperature of [0.06, 0.3, 0.8, 1.5, 5, 19]) {
          const probs_N_C = applyTemperature(input.probs_N_C, 3, temperature);
          expect(classMetrics({ ...input, probs_N_C }).nllNats).toBeGreaterThanOrEqual(
            fit.nllAfterNats - 1e-9,
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it('says that it ran into its limit when no answer was wrong', () => {
    const fit = fitTemperature({
      rows: 2,
      classes: 2,
      probs_N_C: [0.6, 0.4, 0.7, 0.3],
      labels_N: [0, 0],
    });
    expect(fit.atLimit).toBe(true);
    expect(fit.temperature).toBeCloseTo(0.05, 6);
  });

  it('of one changes nothing', () => {
    const same = applyTemperature(three.probs_N_C, 2, 1);
    same.forEach((p, i) => {
      expect(p).toBeCloseTo(three.probs_N_C[i]!, 12);
    });
    expect(() => applyTemperature(three.probs_N_C, 2, 0)).toThrow(/positive/);
  });
});
