import type { FeatureMatrix, LastLayerFeatures, PoolMoments } from '@dubio/bayes-core/pure';

export type PredictOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fractionDone: number) => void) | undefined;
};

/** Posterior samples that predict rows of features; bayes-core's predictors are such. */
export type Predictor = {
  readonly samples: number;
  /** Sums over all samples. */
  moments(features: FeatureMatrix, options?: PredictOptions): Promise<PoolMoments>;
  /** Log-probabilities of every sample, [N, K, C]; one choice only. */
  logProbs(features: FeatureMatrix, options?: PredictOptions): Promise<Float32Array>;
  /** Predicted means of every sample, [N, K]; numbers only. */
  sampleMeans(features: FeatureMatrix, options?: PredictOptions): Promise<Float64Array>;
};

/** A trained model as the loop asks it; predictors are made when a rule needs them. */
export type Model = {
  /** All samples. */
  predictor(): Promise<Predictor>;
  /** The samples behind the first `count` ones. */
  predictorAfter(count: number): Promise<Predictor>;
  /** What the last layer sees of some rows, [N, D]. */
  lastLayer(features: FeatureMatrix, options?: PredictOptions): Promise<LastLayerFeatures>;
};

/** Where the rows of a pool lie, by key: a lasting whole number below 2^32 for each item. */
export type Pool = {
  features(keys: Int32Array): Promise<FeatureMatrix>;
};
