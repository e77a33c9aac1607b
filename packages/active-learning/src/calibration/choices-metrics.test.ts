import { stream, uniform } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import { choicesAsClasses, choicesMetrics, type LabelledChoices } from './choices-metrics.js';
import { reliability } from './reliability.js';
import { fitTemperature } from './temperature.js';

const two: LabelledChoices = {
  rows: 2,
  choices: 2,
  probs_N_L: [0.9, 0.2, 0.6, 0.7],
  labels_N_L: [1, 0, 0, 1],
};

/** Choices that are made with the very probabilities that are stated. */
function calibrated(rows: number, choices: number): LabelledChoices {
  const probs_N_L = uniform(stream(1).split('probabilities'), rows * choices);
  const draws = uniform(stream(1).split('answers'), rows * choices);
  return { rows, choices, probs_N_L, labels_N_L: draws.map((u, i) => Number(u < probs_N_L[i]!)) };
}

describe('choicesMetrics', () => {
  it('knows two items by hand', () => {
    const metrics = choicesMetrics(two);
    const nll = -(Math.log(0.9) + Math.log(0.8) + Math.log(0.4) + Math.log(0.7)) / 2;
    expect(metrics.nllNats).toBeCloseTo(nll, 12);
    expect(metrics.brier).toBeCloseTo((0.01 + 0.04 + 0.36 + 0.09) / 4, 12);
    expect(metrics.subsetAccuracy.estimate).toBe(0.5);
    expect(metrics.perChoice.map(({ accuracy }) => accuracy.estimate)).toEqual([0.5, 1]);
    expect(metrics.perChoice[0]).toMatchObject({
      support: 1,
      precision: { estimate: 0.5 },
      recall: { estimate: 1 },
    });
  });

  it('counts a choice as made above one half only, for every figure alike', () => {
    const even = { rows: 1, choices: 1, probs_N_L: [0.5], labels_N_L: [0] };
    expect(choicesMetrics(even).subsetAccuracy.estimate).toBe(1);
    expect(choicesMetrics(even).perChoice[0]!.accuracy.estimate).toBe(1);
  });

  it('finds nothing to calibrate where choices are made as stated', () => {
    const binary = choicesAsClasses(calibrated(4000, 3));
    // 12,000 answers in 10 bins: an ECE of about .01 is chance.
    expect(reliability(binary, 10).ece).toBeLessThan(0.02);
    expect(Math.abs(Math.log(fitTemperature(binary).temperature))).toBeLessThan(0.1);
  });

  it.each([
    ['a probability above one', { probs_N_L: [0.9, 0.2, 0.6, 1.7] }, /must lie in \[0, 1\]/],
    ['an answer that is neither', { labels_N_L: [1, 0, 0, 3] }, /classes 0 to 1, got 3/],
    ['too few answers', { labels_N_L: [1, 0, 0] }, /must hold 4 values/],
  ])('refuses %s', (_what, wrong, message) => {
    expect(() => choicesMetrics({ ...two, ...wrong })).toThrow(message);
  });
});
