import {
  answerErrors,
  type DescribedItems,
  getRule,
  type JointEvidence,
  selectCandidates,
} from '@dubio/active-learning';
import {
  type FeatureMatrix,
  type FittedPosterior,
  lastLayerFeatures,
  type Predictor,
  stream,
  subset,
} from '@dubio/bayes-core';
import type { ComputeSettings } from '../compute/task-context.js';
import { engineOf } from './engine.js';

/** What a rule that picks a whole batch is asked about: the open pool, and the model of the round. */
export type PoolEvidence = {
  readonly rule: string;
  /** Items picked jointly. */
  readonly batchSize: number;
  readonly seed: number;
  /** Pool items in order of the scores. */
  readonly ordinals_N: ArrayLike<number>;
  readonly scores_N: ArrayLike<number>;
  /** Items that the model was trained on. */
  readonly labelled: ArrayLike<number>;
  readonly settings: ComputeSettings;
  readonly signal: AbortSignal;
  gather(ordinals: Int32Array): Promise<FeatureMatrix>;
  predictor(): Promise<Predictor>;
  posterior(): Promise<FittedPosterior>;
};

/** Items whose samples are compared: the best by score, at least this many. */
const LEAST_CANDIDATES = 400;
const CANDIDATES_A_PICK = 20;
/** Items of the pool that EPIG asks about. */
const TARGETS = 100;
/** A pool beyond this is described by as many of its items, drawn at random. */
const MOST_DESCRIBED = { features: 10_000, inputs: 3_000 } as const;
const MOST_LABELLED = 2_000;
const MOST_SPREAD = 500;

/** How many items a rule picks together; the queue goes on by the score of each item alone. */
export function jointSize(rule: string, batchSize: number, queueSize: number): number {
  if (getRule(rule).needs === 'log-probs') return Math.min(batchSize, queueSize);
  return getRule(rule).ordering === 'joint' ? Math.min(MOST_SPREAD, queueSize) : queueSize;
}

/** Gathers what the rule needs beside the scores; nothing for rules that go by scores alone. */
export async function jointEvidence(pool: PoolEvidence): Promise<JointEvidence> {
  switch (getRule(pool.rule).needs) {
    case 'moments':
      return {};
    case 'log-probs':
      return { candidates: await candidatesOf(pool) };
    case 'targets':
      return { candidates: await candidatesOf(pool), targets: await targetsOf(pool) };
    case 'features':
    case 'inputs':
      return spreadEvidence(pool);
  }
}

async function candidatesOf(pool: PoolEvidence) {
  const limit = Math.max(LEAST_CANDIDATES, CANDIDATES_A_PICK * Math.min(20, pool.batchSize));
  const positions_M = selectCandidates(pool.scores_N, limit, pool.ordinals_N);
  return { ...(await samplesOf(pool, ordinalsAt(pool, positions_M))), positions_M };
}

const targetsOf = (pool: PoolEvidence) =>
  samplesOf(pool, ordinalsAt(pool, drawn(pool, 'targets', TARGETS)));

/** Every posterior sample of some items. */
async function samplesOf(pool: PoolEvidence, ordinals: Int32Array) {
  const { signal } = pool;
  const features = await pool.gather(ordinals);
  const predictor = await pool.predictor();
  const { samples } = predictor;
  const moments = await predictor.moments(features, { signal });
  const rows = ordinals.length;
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

async function spreadEvidence(pool: PoolEvidence): Promise<JointEvidence> {
  const needs = getRule(pool.rule).needs === 'inputs' ? 'inputs' : 'features';
  const positions_M = drawn(pool, 'described', MOST_DESCRIBED[needs]);
  const source = stream(pool.seed).split('labelled');
  const known = pool.labelled;
  const some = subset(source, known.length, Math.min(MOST_LABELLED, known.length));
  const labelled = Int32Array.from(some, (i) => known[i]!);
  const describe = needs === 'inputs' ? describeInputs : describeFeatures;
  return {
    described: { ...(await describe(pool, ordinalsAt(pool, positions_M))), positions_M },
    ...(labelled.length === 0 ? {} : { labelled: await describe(pool, labelled) }),
  };
}

/** What the last layer sees of some items, and what the model predicts for them. */
async function describeFeatures(pool: PoolEvidence, ordinals: Int32Array): Promise<DescribedItems> {
  const { signal, settings } = pool;
  const features = await pool.gather(ordinals);
  const model = { engine: await engineOf(settings), posterior: await pool.posterior() };
  const described = await lastLayerFeatures(model, features, { signal });
  const moments = await (await pool.predictor()).moments(features, { signal });
  if (moments.kind === 'class')
    return { ...described, classes: moments.classes, probs_N_C: moments.meanProbs_N_C };
  return moments.kind === 'number' ? described : { ...described, errors: answerErrors(moments) };
}

/** The items' own features, without a model. */
export async function describeInputs(
  pool: Pick<PoolEvidence, 'gather'>,
  ordinals: Int32Array,
): Promise<DescribedItems> {
  const { rows, data } = await pool.gather(ordinals);
  const features_N_D = Float32Array.from(data);
  return { rows, dimensions: Math.max(1, features_N_D.length / Math.max(1, rows)), features_N_D };
}

/** Positions of the pool drawn at random, all of them where there are no more. */
function drawn({ seed, scores_N }: PoolEvidence, name: string, most: number): Int32Array {
  const rows = scores_N.length;
  return subset(stream(seed).split(name), rows, Math.min(most, rows)).sort();
}

const ordinalsAt = ({ ordinals_N }: PoolEvidence, positions: Int32Array): Int32Array =>
  positions.map((n) => ordinals_N[n]!);
