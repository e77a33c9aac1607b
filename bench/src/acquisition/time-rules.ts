import {
  acquire,
  classUncertainty,
  estimateScores,
  getRule,
  MAX_CANDIDATES,
  MAX_DESCRIBED,
  MAX_TARGETS,
  momentsOfLogProbs,
  type PredictiveMoments,
  queueContenders,
  type RuleInputs,
  scoreItems,
  selectCandidates,
} from '@dubio/active-learning';
import { stream, subset } from '@dubio/bayes-core';
import type { SyntheticPool } from './synthetic-pool.js';

export type RuleTime = {
  readonly rule: string;
  /** From given log-probabilities to the batch: sums over the samples, scores, picks. */
  readonly seconds: number;
  /** The picks alone. */
  readonly pickSeconds: number;
  /** Over BALD, from the same log-probabilities. */
  readonly timesBald: number;
  /** Largest resident memory of the process so far. */
  readonly peakMegabytes: number;
};

const SHARD_ROWS = 4096;

const secondsSince = (start: number): number => (performance.now() - start) / 1000;

/**
 * Sums over the samples, shard by shard as workers do; the making of log-probabilities is not
 * timed.
 */
export function summarise(pool: SyntheticPool): { moments: PredictiveMoments; seconds: number } {
  const { rows, classes, samples } = pool;
  const whole = {
    meanProbs_N_C: new Float64Array(rows * classes),
    meanSquareProbs_N_C: new Float64Array(rows * classes),
    expectedEntropy_N: new Float64Array(rows),
    votes_N_C: new Float64Array(rows * classes),
  };
  let seconds = 0;
  for (let first = 0; first < rows; first += SHARD_ROWS) {
    const count = Math.min(SHARD_ROWS, rows - first);
    const logProbs = pool.logProbs(Int32Array.from({ length: count }, (_, n) => first + n));
    const start = performance.now();
    const part = momentsOfLogProbs(logProbs);
    whole.meanProbs_N_C.set(part.meanProbs_N_C, first * classes);
    whole.meanSquareProbs_N_C.set(part.meanSquareProbs_N_C!, first * classes);
    whole.expectedEntropy_N.set(part.expectedEntropy_N, first);
    whole.votes_N_C.set(part.votes_N_C, first * classes);
    seconds += secondsSince(start);
  }
  return { moments: { rows, classes, samples, ...whole }, seconds };
}

/** Picks a batch of `batchSize` by each rule. */
export function timeRules(
  pool: SyntheticPool,
  rules: readonly string[],
  { batchSize, log }: { batchSize: number; log: (line: string) => void },
): RuleTime[] {
  const { moments, seconds } = summarise(pool);
  const timed = ['bald', ...rules.filter((rule) => rule !== 'bald')].map((rule) => {
    const ruleInputs = ruleInputsFor(rule, pool, moments);
    const start = performance.now();
    acquire({ rule, batchSize, seed: 0, uncertainty: classUncertainty(moments), ...ruleInputs });
    const pickSeconds = secondsSince(start);
    const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
    log(
      `${rule}: sums ${seconds.toFixed(2)} s, picks ${pickSeconds.toFixed(2)} s, peak ${peakMegabytes} MB`,
    );
    return { rule, seconds: seconds + pickSeconds, pickSeconds, peakMegabytes };
  });
  const bald = timed[0]!.seconds;
  return timed.map((time) => ({ ...time, timesBald: time.seconds / bald }));
}

function ruleInputsFor(rule: string, pool: SyntheticPool, moments: PredictiveMoments): RuleInputs {
  const { rows, classes, dimensions, features_N_D } = pool;
  const { needs } = getRule(rule);
  if (needs === 'moments') return {};
  if (needs === 'features' || needs === 'inputs') {
    const count = needs === 'inputs' ? Math.min(MAX_DESCRIBED.inputs, rows) : rows;
    const described = {
      rows: count,
      dimensions,
      features_N_D: features_N_D.subarray(0, count * dimensions),
      classes,
      probs_N_C: Float64Array.from(moments.meanProbs_N_C).subarray(0, count * classes),
      positions_M: Int32Array.from({ length: count }, (_, n) => n),
    };
    return { described };
  }
  const scores = scoreItems(rule, classUncertainty(moments));
  const positions_M = selectCandidates(scores, MAX_CANDIDATES);
  const candidates = { ...pool.logProbs(positions_M), positions_M };
  if (needs === 'log-probs') return { candidates };
  return {
    candidates,
    targets: pool.logProbs(subset(stream(0), rows, Math.min(rows, MAX_TARGETS))),
  };
}

export type AdaptiveResult = {
  readonly rule: string;
  readonly trials: number;
  readonly firstSamples: number;
  /** Share of trials that end with the whole queue of all samples, in its order. */
  readonly sameQueue: number;
  /** Networks run on items, over T on every item. */
  readonly shareOfWork: number;
};

type AdaptiveOptions = {
  readonly rules: readonly string[];
  readonly trials: number;
  readonly first: number;
  readonly queueSize: number;
};

/**
 * How often, and for how much of the work, adaptive sampling ends with the queue that all samples
 * give.
 */
export function adaptiveTrials(
  poolOf: (seed: number) => SyntheticPool,
  { rules, trials, first, queueSize }: AdaptiveOptions,
): AdaptiveResult[] {
  const results = rules.map((rule) => ({ rule, same: 0, share: 0 }));
  for (let seed = 0; seed < trials; seed++) {
    const pool = poolOf(seed);
    const { rows, samples } = pool;
    const all = Int32Array.from({ length: rows }, (_, n) => n);
    const uncertainty = classUncertainty(momentsOfLogProbs(pool.logProbs(all)));
    const firstLook = pool.logProbs(all, first);
    for (const result of results) {
      const { rule } = result;
      const full = scoreItems(rule, uncertainty);
      const estimates = estimateScores(rule, firstLook, samples);
      const finalists = queueContenders(estimates, queueSize, { rule, seed });
      const adaptive = Float64Array.from(estimates.score_N, (score) => Math.max(0, score));
      for (const n of finalists) adaptive[n] = full[n]!;
      const queue = (scores_N: ArrayLike<number>) =>
        acquire({ rule, seed, batchSize: queueSize, scores_N: Float64Array.from(scores_N) })
          .indices;
      if (queue(full).join() === queue(adaptive).join()) result.same++;
      result.share += (first * rows + (samples - first) * finalists.length) / (samples * rows);
    }
  }
  return results.map(({ rule, same, share }) => ({
    rule,
    trials,
    firstSamples: first,
    sameQueue: same / trials,
    shareOfWork: share / trials,
  }));
}
