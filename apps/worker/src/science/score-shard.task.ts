import { type PoolMoments, poolUncertainty, scoreItems } from '@dubio/bayes-core';
import type { TaskContext } from '../compute/task-context.js';
import { predictorOf } from './engine.js';
import { favourites } from './favourites.js';
import { type FeatureSource, gatherFeatures } from './feature-gather.js';
import { type ScoreColumns, writeScores } from './score-columns.js';
import { type SurrogateRequest, storeTestLosses } from './test-losses.js';

export type ScoreShardRequest = {
  readonly features: FeatureSource;
  readonly ordinals: Int32Array;
  readonly artifactKey: string;
  readonly samples: number;
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
  const { store, settings } = context;
  const features = await gatherFeatures(store, request.features, request.ordinals);
  const predictor = await predictorOf(store, settings, request);
  const moments = await predictor.moments(features, {
    signal: context.signal,
    onProgress: (fraction) => context.report({ fraction }),
  });
  const uncertainty = poolUncertainty(moments);
  const rows = features.rows;
  const columns: ScoreColumns = {
    ordinal: request.ordinals,
    total: Float32Array.from(uncertainty.total_N),
    aleatoric: Float32Array.from(uncertainty.aleatoric_N),
    epistemic: Float32Array.from(uncertainty.epistemic_N),
    score: Float32Array.from(scoreItems(request.rule, uncertainty)),
    ...answersOf(moments),
  };
  await store.put(request.outputKey, writeScores(columns));
  if (request.surrogate) {
    const shard = { ordinals: request.ordinals, features, model: moments };
    await storeTestLosses(request.surrogate, shard, context);
  }
  return {
    rows,
    epistemicSum: sum(columns.epistemic),
    aleatoricSum: sum(columns.aleatoric),
  };
}

/** What the samples answer; of several fields, to the first. */
function answersOf(
  moments: PoolMoments,
): Pick<ScoreColumns, 'mean' | 'predicted' | 'votes' | 'classes'> {
  if (moments.kind === 'fields') return answersOf(moments.fields[0]!.moments);
  const { rows } = moments;
  const [mean, predicted] = [new Float32Array(rows), new Int32Array(rows).fill(-1)];
  switch (moments.kind) {
    case 'class': {
      const { classes, meanProbs_N_C } = moments;
      const votes = Int32Array.from(moments.votes_N_C);
      return { mean, predicted: favourites(meanProbs_N_C, rows, classes), votes, classes };
    }
    case 'choices':
      return {
        mean,
        predicted,
        votes: Int32Array.from(moments.votes_N_L),
        classes: moments.choices,
      };
    case 'number': {
      const votes = new Int32Array(0);
      return { mean: Float32Array.from(moments.mean_N), predicted, votes, classes: 0 };
    }
  }
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
