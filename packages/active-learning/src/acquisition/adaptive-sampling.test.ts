import { normal, stream } from '@dubio/bayes-core/pure';
import { type AcquisitionRule, ADAPTIVE_RULES } from '@dubio/contracts/catalogue';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Reals } from '../uncertainty/checks.js';
import { classUncertainty } from '../uncertainty/class-uncertainty.js';
import { type LogProbs, momentsOfLogProbs } from '../uncertainty/predictive-moments.js';
import { rankPool } from './acquire.js';
import { contenders, estimateScores, queueContenders } from './adaptive-sampling.js';
import { scoreItems } from './rules.js';
import { estimateBald, estimateMargin } from './score-estimates.js';
import { topOrder } from './top-order.js';

const ROWS = 400;
const SAMPLES = 100;
const CLASSES = 5;

/**
 * Logits that vary over the samples, more for some items than for others, as in a pool most of
 * which is clear.
 */
function poolOf(seed: number): LogProbs {
  const centre = normal(stream(seed).split('centre'), ROWS * CLASSES);
  const width = normal(stream(seed).split('width'), ROWS);
  const noise = normal(stream(seed).split('noise'), ROWS * SAMPLES * CLASSES);
  const logProbs_N_K_C = new Float64Array(ROWS * SAMPLES * CLASSES);
  for (let n = 0; n < ROWS; n++)
    for (let k = 0; k < SAMPLES; k++) {
      const at = (n * SAMPLES + k) * CLASSES;
      let sum = 0;
      for (let c = 0; c < CLASSES; c++) {
        const spread = 0.3 * Math.exp(width[n]!);
        logProbs_N_K_C[at + c] = 3 * centre[n * CLASSES + c]! + spread * noise[at + c]!;
        sum += Math.exp(logProbs_N_K_C[at + c]!);
      }
      for (let c = 0; c < CLASSES; c++) logProbs_N_K_C[at + c]! -= Math.log(sum);
    }
  return { rows: ROWS, samples: SAMPLES, classes: CLASSES, logProbs_N_K_C };
}

function firstSamples(all: LogProbs, samples: number): LogProbs {
  const logProbs_N_K_C = new Float64Array(all.rows * samples * all.classes);
  for (let n = 0; n < all.rows; n++) {
    const from = n * all.samples * all.classes;
    const part = (all.logProbs_N_K_C as Float64Array).subarray(from, from + samples * all.classes);
    logProbs_N_K_C.set(part, n * samples * all.classes);
  }
  return { ...all, samples, logProbs_N_K_C };
}

const bald = (pool: LogProbs) => classUncertainty(momentsOfLogProbs(pool)).epistemic_N;

describe('adaptive sampling', () => {
  it('finds the top ten of all samples in at least 95 of 100 trials, for less than half of the work', () => {
    let same = 0;
    let share = 0;
    const trials = 100;
    for (let seed = 0; seed < trials; seed++) {
      const pool = poolOf(seed);
      const full = bald(pool);
      const best = topOrder(full, 10);
      const remaining = contenders(estimateBald(firstSamples(pool, 20), SAMPLES), 10);
      const kept = new Set(remaining);
      if (best.every((n) => kept.has(n))) same++;
      share += (20 * ROWS + (SAMPLES - 20) * remaining.length) / (SAMPLES * ROWS) / trials;
    }
    expect(same).toBeGreaterThanOrEqual(95);
    expect(share).toBeLessThan(0.5);
  });

  it('estimates without the bias that few samples have', () => {
    const pool = poolOf(1);
    const full = bald(pool);
    const few = firstSamples(pool, 10);
    const plain = bald(few);
    const { score_N } = estimateBald(few, SAMPLES);
    const meanError = (scores: Float64Array) =>
      scores.reduce((sum, s, n) => sum + (s - full[n]!) / ROWS, 0);
    expect(Math.abs(meanError(score_N))).toBeLessThan(Math.abs(meanError(plain)) / 3);
  });

  it('leaves nothing to chance once all samples are in', () => {
    const pool = poolOf(2);
    const { score_N, standardError_N } = estimateBald(pool, SAMPLES);
    const full = bald(pool);
    score_N.forEach((score, n) => {
      expect(score).toBeCloseTo(full[n]!, 9);
    });
    expect(Math.max(...standardError_N)).toBe(0);
    const kept = contenders({ rows: ROWS, score_N, standardError_N }, 10);
    expect([...kept]).toEqual([...topOrder(score_N, 10)].sort((a, b) => a - b));
  });

  it('has errors of the stated size', () => {
    let outside = 0;
    for (let seed = 0; seed < 5; seed++) {
      const pool = poolOf(seed);
      const full = bald(pool);
      const { score_N, standardError_N } = estimateBald(firstSamples(pool, 20), SAMPLES);
      // Adaptive sampling takes no error for smaller than that of the median item.
      const median = Float64Array.from(standardError_N).sort()[ROWS / 2]!;
      for (let n = 0; n < ROWS; n++)
        if (Math.abs(score_N[n]! - full[n]!) > 2 * Math.max(median, standardError_N[n]!)) outside++;
    }
    // A normal is more than two errors off in 4.6 % of cases; skewed scores are a little more
    // often.
    expect(outside / (5 * ROWS)).toBeLessThan(0.08);
  });
});

describe('contenders', () => {
  const adaptiveSampling = (errors: number[]) =>
    contenders({ rows: 4, score_N: [1, 2, 3, 4], standardError_N: errors }, 1, 1);

  it('are those whose upper bound reaches the lower bound of the best', () => {
    expect([...adaptiveSampling([0, 0, 0, 0])]).toEqual([3]);
    expect([...adaptiveSampling([0, 0, 0.5, 0.5])]).toEqual([2, 3]);
    expect([...adaptiveSampling([3, 0, 0, 0])]).toEqual([0, 3]);
  });

  it('are all of a pool that is no larger than the batch', () => {
    const all = contenders({ rows: 2, score_N: [0, 9], standardError_N: [0, 0] }, 5);
    expect([...all]).toEqual([0, 1]);
    expect(contenders({ rows: 0, score_N: [], standardError_N: [] }, 5).length).toBe(0);
  });

  it('refuse adaptive sampling that rules nobody out', () => {
    expect(() => contenders({ rows: 1, score_N: [1], standardError_N: [0] }, 1, 0)).toThrow(
      /errors/,
    );
  });
});

describe('a queue', () => {
  const [QUEUE, FIRST, TRIALS] = [10, 20, 80];
  const keys_N = Float64Array.from({ length: ROWS }, (_, n) => 7 * n + 3);
  const found = new Map(ADAPTIVE_RULES.map((rule) => [rule, { same: 0, share: 0 }]));

  /**
   * As a worker goes on: estimates for all, and the scores of all samples for those that may still
   * be in the queue.
   */
  function adaptiveSampling(
    rule: AcquisitionRule,
    seed: number,
    pool: LogProbs,
    first: LogProbs,
  ): void {
    const full = scoreItems(rule, classUncertainty(momentsOfLogProbs(pool)));
    const estimates = estimateScores(rule, first, SAMPLES);
    const kept = queueContenders(estimates, QUEUE, { rule, seed, keys_N });
    const adaptive = Float64Array.from(estimates.score_N, (score) => Math.max(0, score));
    for (const n of kept) adaptive[n] = full[n]!;
    const queue = (scores_N: Reals) =>
      rankPool({ rule, seed, keys_N, scores_N, batchSize: QUEUE, queueSize: QUEUE }).indices;
    const own = found.get(rule)!;
    if (queue(full).join() === queue(adaptive).join()) own.same++;
    own.share += (FIRST * ROWS + (SAMPLES - FIRST) * kept.length) / (SAMPLES * ROWS) / TRIALS;
  }

  beforeAll(() => {
    for (let seed = 0; seed < TRIALS; seed++) {
      const pool = poolOf(seed);
      const first = firstSamples(pool, FIRST);
      for (const rule of ADAPTIVE_RULES) adaptiveSampling(rule, seed, pool, first);
    }
  }, 120_000);

  it.each(ADAPTIVE_RULES)(
    'by %s is that of all samples in at least 95 % of the trials, for less than half of the work',
    (rule) => {
      const { same, share } = found.get(rule)!;
      expect(same).toBeGreaterThanOrEqual(0.95 * TRIALS);
      expect(share).toBeLessThan(0.5);
    },
  );
});

describe('queueContenders', () => {
  it('refuses rules whose places hang on the scores of others', () => {
    const estimates = { rows: 1, score_N: [1], standardError_N: [0] };
    for (const rule of ['softrank-bald', 'batch-bald', 'variance'])
      expect(() => queueContenders(estimates, 1, { rule, seed: 0 })).toThrow(
        /cannot be sampled adaptively; choose/,
      );
  });
});

describe('estimateMargin', () => {
  it('leaves nothing to chance once all samples are in', () => {
    const pool = poolOf(3);
    const { score_N, standardError_N } = estimateMargin(pool, SAMPLES);
    const full = scoreItems('margin', classUncertainty(momentsOfLogProbs(pool)));
    score_N.forEach((score, n) => {
      expect(score).toBeCloseTo(full[n]!, 9);
    });
    expect(Math.max(...standardError_N)).toBe(0);
  });

  it('has errors of at least the stated size, at ties too', () => {
    let [outside, atTies, ties] = [0, 0, 0];
    for (let seed = 0; seed < 5; seed++) {
      const pool = poolOf(seed);
      const full = scoreItems('margin', classUncertainty(momentsOfLogProbs(pool)));
      const { score_N, standardError_N } = estimateMargin(firstSamples(pool, 20), SAMPLES);
      for (let n = 0; n < ROWS; n++) {
        const isOff = Math.abs(score_N[n]! - full[n]!) > 2 * standardError_N[n]!;
        if (isOff) outside++;
        if (full[n]! < 0.95) continue;
        ties++;
        if (isOff) atTies++;
      }
    }
    // A normal is more than two errors off in 4.6 % of cases.
    expect(outside / (5 * ROWS)).toBeLessThan(0.06);
    expect(ties).toBeGreaterThan(20);
    expect(atTies / ties).toBeLessThan(0.1);
  });
});
