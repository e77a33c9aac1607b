import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';
import type { Uncertainty } from '../uncertainty/pool-uncertainty.js';
import { type AcquisitionOptions, pickJointly, type RuleInputs } from './joint-rules.js';
import { acquisitionNoise, priorities } from './priorities.js';
import { getRule, scoreItems } from './rules.js';
import { topOrder } from './top-order.js';

export type AcquireRequest = RuleInputs & {
  readonly rule: string;
  readonly batchSize: number;
  readonly seed: number;
  /**
   * The uncertainty of the pool; or else `scores_N`, what `scoreItems` made of it (shards may send
   * only that).
   */
  readonly uncertainty?: Uncertainty;
  readonly scores_N?: Reals;
  /**
   * A lasting whole number below 2^32 for each item, that chance and ties go by; default its
   * position.
   */
  readonly keys_N?: Reals;
  readonly options?: AcquisitionOptions;
};

export type Acquisition = {
  /** Distinct positions in the pool, most wanted first. */
  readonly indices: Int32Array;
  /**
   * The rule's score of each of them; for jointly picked items, what they were worth beside those
   * before.
   */
  readonly scores: Float64Array;
  /** How many of the first items were picked jointly. */
  readonly joint: number;
  /**
   * Joint rules: by how many nats an item that was no candidate could have beaten a pick at most; 0
   * means the candidates were enough. Null where no bound is known (rules that spread a batch over
   * features).
   */
  readonly missedAtMostNats: number | null;
};

/**
 * Picks the next batch of a pool.
 *
 * Shapes: pool of N -> min(batchSize, N) distinct positions. Deterministic in (inputs, seed);
 * equals go by key, then by position; permuting the pool together with its keys permutes nothing
 * but the positions.
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data`
 * @see the sources in `ACQUISITION_RULES`. Cost: N log batchSize; joint rules see `pickJointly`.
 */
export function acquire(request: AcquireRequest): Acquisition {
  return rankPool({ ...request, queueSize: request.batchSize });
}

/**
 * Orders a pool into a queue of `queueSize` items: joint rules pick the first `batchSize` together
 * and go on by the score of each item alone, the others are simply longer batches.
 *
 * Shapes, determinism and errors as for `acquire`. Cost: N log queueSize and the joint picks.
 */
export function rankPool(request: AcquireRequest & { readonly queueSize: number }): Acquisition {
  const op = 'rankPool';
  const { rule, batchSize, queueSize, keys_N } = request;
  const definition = getRule(rule);
  const noise = acquisitionNoise(rule, request.seed, request.options?.beta, keys_N);
  const { beta } = noise;
  assertCount(op, 'batchSize', batchSize);
  assertCount(op, 'queueSize', queueSize);
  if (!(Number.isFinite(beta) && beta >= 0))
    throw new NumericsError('invalid_argument', `beta must be >= 0 and finite, got ${beta}.`);
  const scores_N = poolScores(op, request);
  if (keys_N) assertKeys(op, keys_N, scores_N.length);
  const priorities_N = priorities(definition.ordering, scores_N, noise);
  const order = topOrder(priorities_N, queueSize, keys_N);
  if (definition.ordering !== 'joint')
    return {
      indices: order,
      scores: Float64Array.from(order, (n) => scores_N[n]!),
      joint: 0,
      missedAtMostNats: 0,
    };
  return jointFirst(op, request, scores_N, order);
}

/**
 * The positions whose samples a joint rule should be given: the `limit` items of greatest score.
 *
 * An item can add no more to a batch, and tell no more about others (EPIG), than its own score, so
 * what is left out can win only where a pick added less than the greatest score left out;
 * `Acquisition.missedAtMostNats` says by how much.
 */
export function selectCandidates(scores_N: Reals, limit: number, keys_N?: Reals): Int32Array {
  assertCount('selectCandidates', 'limit', limit, 1);
  assertFinite('selectCandidates', 'scores_N', scores_N);
  return topOrder(scores_N, limit, keys_N);
}

function poolScores(op: string, { rule, uncertainty, scores_N }: AcquireRequest): Reals {
  if ((uncertainty === undefined) === (scores_N === undefined))
    throw new NumericsError(
      'invalid_argument',
      `${op}: give either the uncertainty of the pool or its scores_N.`,
    );
  const scores = uncertainty ? scoreItems(rule, uncertainty) : scores_N!;
  assertFinite(op, `scores of ${rule}`, scores);
  return scores;
}

function assertKeys(op: string, keys_N: Reals, rows: number): void {
  assertLength(op, 'keys_N', keys_N, rows);
  for (let n = 0; n < rows; n++)
    if (!(Number.isInteger(keys_N[n]) && keys_N[n]! >= 0 && keys_N[n]! < 2 ** 32))
      throw new NumericsError(
        'invalid_argument',
        `${op}: keys_N must be whole numbers in [0, 2^32), got ${keys_N[n]} at ${n}.`,
        { op, index: n },
      );
}

function jointFirst(
  op: string,
  request: AcquireRequest & { readonly queueSize: number },
  scores_N: Reals,
  order: Int32Array,
): Acquisition {
  const { queueSize } = request;
  const batchSize = Math.min(request.batchSize, queueSize);
  const batch = pickJointly(op, { ...request, batchSize }, scores_N);
  const taken = new Set(batch.indices);
  const length = Math.min(queueSize, scores_N.length);
  const rest = order.filter((n) => !taken.has(n)).subarray(0, length - taken.size);
  return {
    indices: Int32Array.from([...batch.indices, ...rest]),
    scores: Float64Array.from([...batch.gains, ...Array.from(rest, (n) => scores_N[n]!)]),
    joint: taken.size,
    missedAtMostNats: batch.missedAtMostNats,
  };
}
