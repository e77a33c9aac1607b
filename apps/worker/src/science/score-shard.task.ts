import type { FeatureMatrix } from '@dubio/bayes-core';
import type { TaskContext } from '../compute/task-context.js';
import { predictorOf } from './engine.js';
import { type FeatureSource, gatherFeatures } from './feature-gather.js';
import { firstLook, lookOf } from './race.js';
import { type ScoreColumns, writeScores } from './score-columns.js';
import { columnsOf } from './score-pool.js';
import { type SurrogateRequest, storeTestLosses, type TestedModel } from './test-losses.js';

export type ScoreShardRequest = {
  readonly features: FeatureSource;
  readonly ordinals: Int32Array;
  readonly artifactKey: string;
  readonly samples: number;
  /** Samples that decide who gets all of them; null gives all to all. */
  readonly firstSamples: number | null;
  readonly rule: string;
  readonly outputKey: string;
  /** Of a project that draws test items. */
  readonly surrogate: SurrogateRequest | null;
};
export type ScoreShardProgress = { readonly fraction: number };
export type ScoreShardResult = {
  readonly rows: number;
  readonly epistemicSum: number;
  readonly aleatoricSum: number;
};

/** Scores the pool items of one shard; every worker draws the same networks from (model, sample, layer). */
export async function scoreShard(
  request: ScoreShardRequest,
  context: TaskContext<ScoreShardProgress>,
): Promise<ScoreShardResult> {
  const { store } = context;
  const features = await gatherFeatures(store, request.features, request.ordinals);
  const { columns, model } = await scored(request, features, context);
  await store.put(request.outputKey, writeScores(columns));
  if (request.surrogate) {
    const samples = request.firstSamples ?? request.surrogate.samples;
    const shard = { ordinals: request.ordinals, features, model };
    await storeTestLosses({ ...request.surrogate, samples }, shard, context);
  }
  return {
    rows: columns.ordinal.length,
    epistemicSum: sum(columns.epistemic),
    aleatoricSum: sum(columns.aleatoric),
  };
}

type Scored = { readonly columns: ScoreColumns; readonly model: TestedModel };

async function scored(
  request: ScoreShardRequest,
  features: FeatureMatrix,
  { store, settings, signal, report }: TaskContext<ScoreShardProgress>,
): Promise<Scored> {
  const { ordinals, rule, firstSamples, samples } = request;
  const options = { signal, onProgress: (fraction: number) => report({ fraction }) };
  if (firstSamples === null) {
    const predictor = await predictorOf(store, settings, request);
    const model = await predictor.moments(features, options);
    return { columns: columnsOf(ordinals, model, rule), model };
  }
  const predictor = await predictorOf(store, settings, { ...request, samples: firstSamples });
  const columns = await firstLook({ predictor, features, ordinals, rule, samples }, options);
  const { rows } = features;
  const meanProbs_N_C = lookOf(columns).meanProbs;
  return { columns, model: { kind: 'class', rows, classes: columns.classes, meanProbs_N_C } };
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
