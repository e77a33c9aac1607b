import type { TaskContext } from '../compute/task-context.js';
import { predictorOf } from './engine.js';
import { type FeatureSource, gatherFeatures } from './feature-gather.js';
import { firstLook } from './race.js';
import { type ScoreColumns, writeScores } from './score-columns.js';
import { columnsOf } from './score-pool.js';

export type ScoreShardRequest = {
  readonly features: FeatureSource;
  readonly ordinals: Int32Array;
  readonly artifactKey: string;
  readonly samples: number;
  /** Samples that decide who gets all of them; null gives all to all. */
  readonly firstSamples: number | null;
  readonly rule: string;
  readonly outputKey: string;
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
  const columns = await scored(request, context);
  await context.store.put(request.outputKey, writeScores(columns));
  return {
    rows: columns.ordinal.length,
    epistemicSum: sum(columns.epistemic),
    aleatoricSum: sum(columns.aleatoric),
  };
}

async function scored(
  request: ScoreShardRequest,
  { store, settings, signal, report }: TaskContext<ScoreShardProgress>,
): Promise<ScoreColumns> {
  const { ordinals, rule, firstSamples, samples } = request;
  const features = await gatherFeatures(store, request.features, ordinals);
  const options = { signal, onProgress: (fraction: number) => report({ fraction }) };
  if (firstSamples !== null) {
    const predictor = await predictorOf(store, settings, { ...request, samples: firstSamples });
    return firstLook({ predictor, features, ordinals, rule, samples }, options);
  }
  const predictor = await predictorOf(store, settings, request);
  const moments = await predictor.moments(features, options);
  return columnsOf(ordinals, moments, rule);
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
