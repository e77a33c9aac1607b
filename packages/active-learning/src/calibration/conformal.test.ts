import { normal, Sequence, stream } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import {
  type ConformalMethod,
  conformalSetScores,
  conformalSets,
  fitConformalInterval,
  fitConformalSets,
  setCoverage,
} from './conformal.js';

/** Overconfident predictions: labels come from softer probabilities than those stated. */
function overconfident(rows: number, classes: number, seed: number) {
  const draws = new Sequence(stream(seed));
  const probs: number[] = [];
  const labels_N = Array.from({ length: rows }, () => {
    const logits = Array.from({ length: classes }, () => 2 * draws.uniform());
    const softmax = (scale: number) => {
      const weights = logits.map((l) => Math.exp(scale * l));
      const total = weights.reduce((a, b) => a + b, 0);
      return weights.map((w) => w / total);
    };
    probs.push(...softmax(4));
    let left = draws.uniform();
    return Math.max(
      0,
      softmax(1).findIndex((p) => {
        left -= p;
        return left < 0;
      }),
    );
  });
  return { rows, classes, probs_N_C: probs, labels_N };
}

describe.each<ConformalMethod>(['lac', 'aps'])('conformal sets by %s', (method) => {
  it('cover the stated share on average, though the model is overconfident', () => {
    const level = 0.9;
    let covered = 0;
    const trials = 60;
    for (let seed = 0; seed < trials; seed++) {
      const { limit } = fitConformalSets(overconfident(100, 4, 2 * seed), { level, method });
      const fresh = overconfident(200, 4, 2 * seed + 1);
      const sets = conformalSets(fresh.probs_N_C, fresh, { limit, method });
      covered += setCoverage(sets, fresh.labels_N).coverage.estimate! / trials;
    }
    // Sd of a trial's coverage is about .037; four standard errors of the mean of 60 are .019.
    expect(covered).toBeGreaterThan(level - 0.019);
    expect(covered).toBeLessThan(1);
  });

  it('grow with the level and always hold the favourite', () => {
    const calibration = overconfident(300, 5, 1);
    const sizes = [0.5, 0.8, 0.95].map((level) => {
      const { limit } = fitConformalSets(calibration, { level, method });
      const sets = conformalSets(calibration.probs_N_C, calibration, { limit, method });
      expect(Math.min(...sets.size_N)).toBeGreaterThanOrEqual(1);
      return setCoverage(sets, calibration.labels_N).meanSize;
    });
    expect(sizes[0]).toBeLessThan(sizes[1]!);
    expect(sizes[1]).toBeLessThan(sizes[2]!);
  });

  it('hold every class when there are too few items for the level', () => {
    const few = overconfident(8, 3, 2);
    const { limit } = fitConformalSets(few, { level: 0.9, method });
    expect(limit).toBe(Number.POSITIVE_INFINITY);
    const sets = conformalSets(few.probs_N_C, few, { limit, method });
    expect([...sets.size_N]).toEqual(Array(8).fill(3));
  });
});

describe('fitConformalSets', () => {
  it('takes the ceil((n + 1) level)-th smallest score', () => {
    const p = [0.9, 0.8, 0.7, 0.6, 0.55, 0.95, 0.65, 0.75, 0.85];
    const calibration = {
      rows: 9,
      classes: 2,
      probs_N_C: p.flatMap((x) => [x, 1 - x]),
      labels_N: Array(9).fill(0),
    };
    // ceil(10 * 0.9) = 9: the greatest of nine. ceil(10 * 0.5) = 5: the middle.
    expect(fitConformalSets(calibration, { level: 0.9, method: 'lac' }).limit).toBeCloseTo(
      0.45,
      12,
    );
    expect(fitConformalSets(calibration, { level: 0.5, method: 'lac' }).limit).toBeCloseTo(
      0.25,
      12,
    );
    expect(fitConformalSets(calibration, { level: 0.5, method: 'aps' }).limit).toBeCloseTo(
      0.75,
      12,
    );
    expect(() => fitConformalSets(calibration, { level: 1, method: 'lac' })).toThrow(/level/);
  });

  it('counts by hand', () => {
    const sets = conformalSets(
      [0.6, 0.3, 0.1, 0.4, 0.35, 0.25],
      { rows: 2, classes: 3 },
      {
        limit: 0.9,
        method: 'aps',
      },
    );
    expect([...sets.member_N_C]).toEqual([1, 1, 0, 1, 1, 0]);
    const { coverage, meanSize, sizes } = setCoverage(sets, [1, 2]);
    expect(coverage.estimate).toBe(0.5);
    expect(meanSize).toBe(2);
    expect(sizes).toEqual([0, 0, 2, 0]);
    expect(() => setCoverage(sets, [3, 2])).toThrow(/classes 0 to 2, got 3 at 0/);
    expect(() => setCoverage({ ...sets, rows: 0 }, [])).toThrow(/rows must be a whole number/);
  });
});

describe('conformal scores', () => {
  it.each(['lac', 'aps'] as const)('of %s tell the coverage at any limit', (method) => {
    const [rows, classes] = [300, 4];
    const raw = normal(stream(4).split(method), rows * classes).map(Math.exp);
    const probs_N_C = raw.map((value, at) => {
      const first = at - (at % classes);
      return value / raw.subarray(first, first + classes).reduce((sum, other) => sum + other, 0);
    });
    const labels_N = Int32Array.from({ length: rows }, (_, n) => (n * 7) % classes);
    const labelled = { rows, classes, probs_N_C, labels_N };
    const scores = conformalSetScores(labelled, { method, favouriteIsIn: true });
    const plain = conformalSetScores(labelled, { method });
    expect(plain.every((score, n) => score >= scores[n]!)).toBe(true);
    for (const limit of [0, 0.3, 0.7, 0.95]) {
      const sets = conformalSets(probs_N_C, { rows, classes }, { limit, method });
      const within = scores.filter((score) => score <= limit).length;
      expect(within / rows).toBe(setCoverage(sets, labels_N).coverage.estimate);
    }
  });
});

describe('conformal intervals', () => {
  const numbers = (seed: number, rows: number) => {
    const scale = normal(stream(seed).split('scale'), rows).map((x) => Math.exp(x / 2));
    const noise = normal(stream(seed).split('noise'), rows);
    return {
      rows,
      mean_N: new Float64Array(rows),
      // Deviations that are half of what they should be.
      variance_N: scale.map((s) => (s / 2) ** 2),
      targets_N: noise.map((x, n) => x * scale[n]!),
    };
  };

  it('reach as many deviations as it takes, with the stated coverage on average', () => {
    let covered = 0;
    const trials = 60;
    for (let seed = 0; seed < trials; seed++) {
      const { limit } = fitConformalInterval(numbers(2 * seed, 99), 0.9);
      const fresh = numbers(2 * seed + 1, 200);
      fresh.targets_N.forEach((y, n) => {
        if (Math.abs(y) <= limit * Math.sqrt(fresh.variance_N[n]!)) covered += 1 / (200 * trials);
      });
    }
    expect(covered).toBeGreaterThan(0.88);
    expect(covered).toBeLessThan(0.92);
    // Twice the normal quantile, as the deviations are halved.
    const { limit } = fitConformalInterval(numbers(5, 20_000), 0.9);
    expect(limit).toBeGreaterThan(2 * 1.645 * 0.96);
    expect(limit).toBeLessThan(2 * 1.645 * 1.04);
  });
});
