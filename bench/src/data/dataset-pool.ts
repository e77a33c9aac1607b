import type { Pool, ReplayModel } from '@dubio/active-learning';
import {
  createPredictor,
  type Engine,
  type FittedPosterior,
  lastLayerFeatures,
} from '@dubio/bayes-core';
import { type Dataset, takeRows } from './dataset.js';

/** A data set as the loop sees it: the key of an item is its row. */
export const poolOf = (dataset: Dataset): Pool => ({
  features: async (keys) => takeRows(dataset, keys).features,
});

/** A posterior as the loop asks it. */
export async function modelOf(
  engine: Engine,
  posterior: FittedPosterior,
  samples: number,
): Promise<Omit<ReplayModel<never>, 'judge'>> {
  const predictor = await createPredictor({ engine, posterior, samples });
  return {
    predictor: async () => predictor,
    predictorAfter: (count) =>
      createPredictor({ engine, posterior, samples: samples - count, skip: count }),
    lastLayer: (features, options) => lastLayerFeatures({ engine, posterior }, features, options),
    dispose: () => predictor.dispose(),
  };
}
