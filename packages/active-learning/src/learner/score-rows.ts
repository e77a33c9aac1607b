import type { FeatureMatrix } from '@dubio/bayes-core/pure';
import type { ModelUnderTest } from '../active-testing/expected-losses.js';
import { firstLook, lookOf } from './adaptive-samples.js';
import type { PoolScores } from './pool-scores.js';
import type { PredictOptions, Predictor } from './ports.js';
import { columnsOf } from './score-columns.js';

type ScoreRequest = {
  /** Of the first samples alone where not every item gets all of them. */
  readonly predictor: Predictor;
  readonly features: FeatureMatrix;
  readonly keys: Int32Array;
  readonly rule: string;
  /** All of them, T. */
  readonly samples: number;
  /** Samples that decide who gets all of them; null gives all to all. */
  readonly firstSamples: number | null;
};

/** What is known of some items: columns to choose by, and what the model predicts for them. */
export type ScoredRows = { readonly columns: PoolScores; readonly model: ModelUnderTest };

/** Scores some rows of a pool; rows may be split over calls, processes and machines. */
export async function scoreRows(
  { predictor, features, keys, rule, samples, firstSamples }: ScoreRequest,
  options: PredictOptions = {},
): Promise<ScoredRows> {
  if (firstSamples === null) {
    const model = await predictor.moments(features, options);
    return { columns: columnsOf(keys, model, rule), model };
  }
  const columns = await firstLook({ predictor, features, keys, rule, samples }, options);
  const { rows } = features;
  const meanProbs_N_C = lookOf(columns).meanProbs;
  return { columns, model: { kind: 'class', rows, classes: columns.classes, meanProbs_N_C } };
}
