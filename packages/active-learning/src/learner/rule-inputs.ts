import { stream, subset } from '@dubio/bayes-core/pure';
import { selectCandidates } from '../acquisition/acquire.js';
import { answerErrors } from '../acquisition/diverse/answer-errors.js';
import type { DescribedItems, RuleInputs } from '../acquisition/joint-rules.js';
import { getRule } from '../acquisition/rules.js';
import { MAX_CANDIDATES, MAX_DESCRIBED, MAX_JOINT, MAX_LABELLED, MAX_TARGETS } from './limits.js';
import type { Model, Pool } from './ports.js';

/** What a rule is asked about: the open pool, and the model of the round. */
export type RuleInputsRequest = {
  readonly rule: string;
  readonly seed: number;
  /** Keys and scores of the open items. */
  readonly keys_N: ArrayLike<number>;
  readonly scores_N: ArrayLike<number>;
  /** Keys of the items that the model was trained on. */
  readonly labelled: ArrayLike<number>;
  readonly pool: Pool;
  readonly model: Model;
  readonly signal?: AbortSignal | undefined;
};

/**
 * How many items a rule picks jointly for a queue of `queueSize`, of which `length` are read.
 *
 * The queue goes on by the score of each item alone. A rule that picks one item after another gives
 * the same first items however many follow, so it picks no more than are read.
 */
export function jointSize(
  rule: string,
  { batchSize, queueSize, length }: { batchSize: number; queueSize: number; length: number },
): number {
  const { needs, ordering, isSequential } = getRule(rule);
  if (ordering !== 'joint') return queueSize;
  if (needs === 'log-probs') return Math.min(batchSize, queueSize);
  return Math.min(MAX_JOINT, isSequential ? length : queueSize);
}

/** Gathers what the rule needs beside the scores; nothing for rules that go by scores alone. */
export async function gatherRuleInputs(pool: RuleInputsRequest): Promise<RuleInputs> {
  switch (getRule(pool.rule).needs) {
    case 'moments':
      return {};
    case 'log-probs':
      return { candidates: await candidatesOf(pool) };
    case 'targets':
      return { candidates: await candidatesOf(pool), targets: await targetsOf(pool) };
    case 'features':
    case 'inputs':
      return spreadInputs(pool);
  }
}

async function candidatesOf(pool: RuleInputsRequest) {
  const positions_M = selectCandidates(pool.scores_N, MAX_CANDIDATES, pool.keys_N);
  return { ...(await samplesOf(pool, keysAt(pool, positions_M))), positions_M };
}

const targetsOf = (pool: RuleInputsRequest) =>
  samplesOf(pool, keysAt(pool, drawn(pool, 'targets', MAX_TARGETS)));

/** Every posterior sample of some items. */
async function samplesOf(pool: RuleInputsRequest, keys: Int32Array) {
  const { signal } = pool;
  const features = await pool.pool.features(keys);
  const predictor = await pool.model.predictor();
  const { samples } = predictor;
  const moments = await predictor.moments(features, { signal });
  const rows = keys.length;
  if (moments.kind === 'class') {
    const logProbs_N_K_C = await predictor.logProbs(features, { signal });
    return { rows, samples, classes: moments.classes, logProbs_N_K_C };
  }
  if (moments.kind !== 'number') throw new Error('Joint rules take one class or one number.');
  const means_N_T = await predictor.sampleMeans(features, { signal });
  const variances_N_T = means_N_T.map(
    (_, i) => moments.meanOfVariances_N[Math.floor(i / samples)]!,
  );
  return { rows, samples, means_N_T, variances_N_T };
}

async function spreadInputs(pool: RuleInputsRequest): Promise<RuleInputs> {
  const needs = getRule(pool.rule).needs === 'inputs' ? 'inputs' : 'features';
  const positions_M = drawn(pool, 'described', MAX_DESCRIBED[needs]);
  const source = stream(pool.seed).split('labelled');
  // By key, so that the order in which labels came makes no difference.
  const known = Int32Array.from(pool.labelled).sort();
  const some = subset(source, known.length, Math.min(MAX_LABELLED, known.length));
  const labelled = Int32Array.from(some, (i) => known[i]!);
  const describe = needs === 'inputs' ? describeInputs : describeFeatures;
  return {
    described: { ...(await describe(pool, keysAt(pool, positions_M))), positions_M },
    ...(labelled.length === 0 ? {} : { labelled: await describe(pool, labelled) }),
  };
}

/** What the last layer sees of some items, and what the model predicts for them. */
async function describeFeatures(
  pool: RuleInputsRequest,
  keys: Int32Array,
): Promise<DescribedItems> {
  const { signal } = pool;
  const features = await pool.pool.features(keys);
  const described = await pool.model.lastLayer(features, { signal });
  const moments = await (await pool.model.predictor()).moments(features, { signal });
  if (moments.kind === 'class')
    return { ...described, classes: moments.classes, probs_N_C: moments.meanProbs_N_C };
  return moments.kind === 'number' ? described : { ...described, errors: answerErrors(moments) };
}

/** The items' own features, without a model. */
export async function describeInputs(
  { pool }: Pick<RuleInputsRequest, 'pool'>,
  keys: Int32Array,
): Promise<DescribedItems> {
  const { rows, data } = await pool.features(keys);
  const features_N_D = Float32Array.from(data);
  return { rows, dimensions: Math.max(1, features_N_D.length / Math.max(1, rows)), features_N_D };
}

/** Positions of the pool drawn at random, all of them where there are no more. */
function drawn({ seed, scores_N }: RuleInputsRequest, name: string, most: number): Int32Array {
  const rows = scores_N.length;
  return subset(stream(seed).split(name), rows, Math.min(most, rows)).sort();
}

const keysAt = ({ keys_N }: RuleInputsRequest, positions: Int32Array): Int32Array =>
  positions.map((n) => keys_N[n]!);
