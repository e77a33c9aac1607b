import { NumericsError } from '@dubio/bayes-core/pure';
import { ADAPTIVE_RULES, type AdaptiveRule, type Ordering } from '@dubio/contracts/catalogue';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';
import type { LogProbs } from '../uncertainty/predictive-moments.js';
import { acquisitionNoise, priorities } from './priorities.js';
import { getRule } from './rules.js';
import { estimateBald, estimateMargin, type ScoreEstimates } from './score-estimates.js';
import { topOrder } from './top-order.js';

/** Estimated scores of a pool, as of `estimateScores`; shards may be joined. */
export type PoolEstimates = {
  readonly rows: number;
  readonly score_N: Reals;
  readonly standardError_N: Reals;
};

/**
 * By how many standard errors an item must be behind before it gets no more samples: one in 30,000
 * by chance.
 */
export const ADAPTIVE_ERRORS = 4;

/**
 * The items that may still be among the `batchSize` best once all samples are in.
 *
 * An item stays while score + z error >= the batchSize-th greatest of score - z error; no error is
 * taken for smaller than that of the median item, as an item whose few samples happen to agree is
 * not known better than others. One of the true best is lost only where its own estimate is more
 * than z errors too low, or that of an item that is not among the best more than z errors too high
 * on top of what it is truly behind. With normal errors the chance that anything is lost is at
 * most, by the union bound, sum over the best (1 - Phi(z)) + sum over the others (1 - Phi(z +
 * behind / error)): 3e-4 for ten items at the default z = 4, and 3e-5 more for each other item that
 * is not clearly behind them.
 * Shapes: [N] -> positions, rising.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`
 * @see Maron & Moore 1994 (Hoeffding races). Cost: N log batchSize.
 * @see docs/decisions/0026
 */
export function contenders(
  estimates: PoolEstimates,
  batchSize: number,
  errors = ADAPTIVE_ERRORS,
): Int32Array {
  const op = 'contenders';
  assertCount(op, 'batchSize', batchSize, 1);
  const { lower_N, upper_N } = boundsOf(op, estimates, errors);
  return stillWithin(lower_N, upper_N, batchSize);
}

/** How a rule orders the pool, as given to `rankPool`. */
export type AdaptiveOrder = {
  readonly rule: string;
  readonly beta?: number | undefined;
  readonly seed: number;
  readonly keys_N?: Reals | undefined;
};

/**
 * The items that may still be among the first `queueSize` of `rankPool` once all samples are in.
 *
 * Power and softmax rules add noise to beta ln s or beta s that belongs to the item's key, not to
 * its score. Given the noise an item's priority rises with its score, so the bounds of the score, s
 * -+ z error (not below 0), are bounds of the priority, and the same error bound holds as for
 * `contenders`. Of softrank and joint rules it does not: there an item's place hangs on the scores
 * of others.
 * Shapes: [N] -> positions, rising.
 * @throws NumericsError `invalid_argument` for a rule that cannot be sampled adaptively;
 * `shape_mismatch`, `non_finite`
 * @see Maron & Moore 1994 (Hoeffding races); Kool et al. 2019 (Gumbel-top-k). Cost: N log
 * queueSize.
 * @see docs/decisions/0115
 */
export function queueContenders(
  estimates: PoolEstimates,
  queueSize: number,
  { rule, beta, seed, keys_N }: AdaptiveOrder,
  errors = ADAPTIVE_ERRORS,
): Int32Array {
  const op = 'queueContenders';
  assertCount(op, 'queueSize', queueSize, 1);
  const ordering = adaptiveSamplingOf(rule).ordering;
  const { lower_N, upper_N } = boundsOf(op, estimates, errors);
  const noise = acquisitionNoise(rule, seed, beta, keys_N);
  return stillWithin(
    priorities(ordering, lower_N, noise),
    priorities(ordering, upper_N, noise),
    queueSize,
  );
}

/**
 * Estimates what all T samples will give as the score under a rule, from the first t of them.
 * Shapes, units, errors and cost as of `estimateBald` and `estimateMargin`.
 * @throws NumericsError `invalid_argument` for a rule that cannot be sampled adaptively, see
 * `ADAPTIVE_RULES`
 */
export const estimateScores = (rule: string, first: LogProbs, samples: number): ScoreEstimates =>
  adaptiveSamplingOf(rule).estimate(first, samples);

type Estimate = (first: LogProbs, samples: number) => ScoreEstimates;

/**
 * Rules whose place of an item rises with its own score alone, and whose score a few samples
 * estimate with a known error.
 */
const ESTIMATES: Readonly<Record<AdaptiveRule, Estimate>> = {
  bald: estimateBald,
  'power-bald': estimateBald,
  'softmax-bald': estimateBald,
  margin: estimateMargin,
  'power-margin': estimateMargin,
  'softmax-margin': estimateMargin,
};

function adaptiveSamplingOf(rule: string): { estimate: Estimate; ordering: Ordering } {
  const { ordering } = getRule(rule);
  if (Object.hasOwn(ESTIMATES, rule))
    return { estimate: ESTIMATES[rule as AdaptiveRule], ordering };
  throw new NumericsError(
    'invalid_argument',
    `${rule} cannot be sampled adaptively; choose one of ${ADAPTIVE_RULES.join(', ')}, or give every item all samples.`,
    { rule },
  );
}

function boundsOf(
  op: string,
  { rows, score_N, standardError_N }: PoolEstimates,
  errors: number,
): { lower_N: Float64Array; upper_N: Float64Array } {
  assertLength(op, 'score_N', score_N, rows);
  assertLength(op, 'standardError_N', standardError_N, rows);
  assertFinite(op, 'score_N', score_N);
  assertFinite(op, 'standardError_N', standardError_N);
  if (!(errors > 0 && Number.isFinite(errors)))
    throw new NumericsError('invalid_argument', `${op}: errors must be positive, got ${errors}.`);
  const median = Float64Array.from(standardError_N).sort()[Math.floor(rows / 2)] ?? 0;
  const reach_N = Float64Array.from(standardError_N, (error) => errors * Math.max(error, median));
  // No score that adaptive sampling knows is negative.
  return {
    lower_N: Float64Array.from(score_N, (s, n) => Math.max(0, s - reach_N[n]!)),
    upper_N: Float64Array.from(score_N, (s, n) => Math.max(0, s + reach_N[n]!)),
  };
}

/** Positions whose upper bound reaches the `size`-th greatest lower bound. */
function stillWithin(lower_N: Float64Array, upper_N: Float64Array, size: number): Int32Array {
  const bar = lower_N[topOrder(lower_N, size).at(-1) ?? -1] ?? Number.NEGATIVE_INFINITY;
  return Int32Array.from(upper_N.keys()).filter((n) => upper_N[n]! >= bar);
}
