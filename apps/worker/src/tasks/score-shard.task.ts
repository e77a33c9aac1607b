import {
  expectedLosses,
  type ScoredRows,
  scoreRows,
  writeExpectedLosses,
  writePoolScores,
} from '@dubio/active-learning';
import type { FeatureMatrix } from '@dubio/bayes-core';
import type { TaskContext } from '../compute/task-context.js';
import { type FeatureSource, gatherFeatures } from '../features/feature-gather.js';
import { predictorOf } from './engine.js';

/**
 * The network that says where the model under test may be wrong, and where what it says of a shard
 * goes.
 */
export type SurrogateRequest = {
  readonly artifactKey: string;
  readonly samples: number;
  readonly outputKey: string;
};

export type ScoreShardRequest = {
  readonly features: FeatureSource;
  readonly ordinals: Int32Array;
  readonly artifactKey: string;
  readonly samples: number;
  /** Samples that decide who gets all of them; null gives all to all. */
  readonly firstSamples: number | null;
  readonly rule: string;
  readonly outputKey: string;
  /** Of a project that draws active-test items. */
  readonly surrogate: SurrogateRequest | null;
};
export type ScoreShardProgress = { readonly fraction: number };
export type ScoreShardResult = {
  readonly rows: number;
  readonly epistemicSum: number;
  readonly aleatoricSum: number;
};

/**
 * Scores the pool items of one shard; every worker draws the same networks from (model, sample,
 * layer).
 */
export async function scoreShard(
  request: ScoreShardRequest,
  context: TaskContext<ScoreShardProgress>,
): Promise<ScoreShardResult> {
  const { store, settings, signal, report } = context;
  const { ordinals, artifactKey, rule, samples, firstSamples, surrogate } = request;
  const features = await gatherFeatures(store, request.features, ordinals);
  const taken = firstSamples ?? samples;
  const predictor = await predictorOf(store, settings, { artifactKey, samples: taken });
  const { columns, model } = await scoreRows(
    { predictor, features, keys: ordinals, rule, samples, firstSamples },
    { signal, onProgress: (fraction) => report({ fraction }) },
  );
  await store.put(request.outputKey, writePoolScores(columns));
  if (surrogate) {
    const asked = { ...surrogate, samples: firstSamples ?? surrogate.samples };
    await storeExpectedLosses(asked, { ordinals, features, model }, context);
  }
  return {
    rows: columns.ordinal.length,
    epistemicSum: sum(columns.epistemic),
    aleatoricSum: sum(columns.aleatoric),
  };
}

/**
 * Predicts the items of a shard by the surrogate and stores the loss it expects of the model under
 * test on each.
 */
async function storeExpectedLosses(
  surrogate: SurrogateRequest,
  shard: {
    readonly ordinals: Int32Array;
    readonly features: FeatureMatrix;
    readonly model: ScoredRows['model'];
  },
  { store, settings, signal }: TaskContext<never>,
): Promise<void> {
  const predictor = await predictorOf(store, settings, surrogate, 'surrogate');
  const believed = await predictor.moments(shard.features, { signal });
  const loss = expectedLosses(shard.model, believed);
  await store.put(surrogate.outputKey, writeExpectedLosses({ ordinal: shard.ordinals, loss }));
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
