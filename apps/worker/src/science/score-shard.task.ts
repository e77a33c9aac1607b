import { scoreItems } from '@dubio/bayes-core';
import type { TaskContext } from '../compute/task-context.js';
import { predictorOf } from './engine.js';
import { type FeatureSource, gatherFeatures } from './feature-gather.js';
import { type ScoreColumns, writeScores } from './score-columns.js';
import { favourites, uncertaintyOf } from './uncertainty-of.js';

export type ScoreShardRequest = {
  readonly features: FeatureSource;
  readonly ordinals: Int32Array;
  readonly artifactKey: string;
  readonly samples: number;
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
  const { store, settings } = context;
  const features = await gatherFeatures(store, request.features, request.ordinals);
  const predictor = await predictorOf(store, settings, request);
  const moments = await predictor.moments(features, {
    signal: context.signal,
    onProgress: (fraction) => context.report({ fraction }),
  });
  const uncertainty = uncertaintyOf(moments);
  const isClass = moments.kind === 'class';
  const rows = features.rows;
  const columns: ScoreColumns = {
    ordinal: request.ordinals,
    total: Float32Array.from(uncertainty.total_N),
    aleatoric: Float32Array.from(uncertainty.aleatoric_N),
    epistemic: Float32Array.from(uncertainty.epistemic_N),
    score: Float32Array.from(scoreItems(request.rule, uncertainty)),
    mean: isClass ? new Float32Array(rows) : Float32Array.from(moments.mean_N),
    predicted: isClass
      ? favourites(moments.meanProbs_N_C, rows, moments.classes)
      : new Int32Array(rows).fill(-1),
    votes: isClass ? Int32Array.from(moments.votes_N_C) : new Int32Array(0),
    classes: isClass ? moments.classes : 0,
  };
  await store.put(request.outputKey, writeScores(columns));
  return {
    rows,
    epistemicSum: sum(columns.epistemic),
    aleatoricSum: sum(columns.aleatoric),
  };
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
