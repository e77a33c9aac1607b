import type { UciSetName } from './uci-data.js';

export type UciPublished = {
  /**
   * Mean and standard error over the splits: the authors' clean re-run of 2018, one hidden layer,
   * 10 x epochs.
   */
  readonly rmse: readonly [number, number];
  readonly logLikelihood: readonly [number, number];
  /**
   * Highest test log likelihood of any method compared with it: ensembles, variational inference,
   * dropout.
   */
  readonly bestLogLikelihood: number;
};

/** Source: `yaringal/DropoutUncertaintyExps`, `log_100_xepochs_1_hidden_layers.txt` of each set. */
export const UCI_PUBLISHED: Readonly<Record<UciSetName, UciPublished>> = {
  bostonHousing: { rmse: [2.904, 0.177], logLikelihood: [-2.402, 0.042], bestLogLikelihood: -2.4 },
  concrete: { rmse: [4.826, 0.161], logLikelihood: [-2.937, 0.025], bestLogLikelihood: -2.93 },
  energy: { rmse: [0.539, 0.014], logLikelihood: [-1.212, 0.005], bestLogLikelihood: -0.61 },
  kin8nm: { rmse: [0.0789, 0.0006], logLikelihood: [1.136, 0.007], bestLogLikelihood: 1.28 },
  'naval-propulsion-plant': {
    rmse: [0.000743, 0.000046],
    logLikelihood: [4.45, 0.002],
    bestLogLikelihood: 6.33,
  },
  'power-plant': { rmse: [4.014, 0.037], logLikelihood: [-2.808, 0.009], bestLogLikelihood: -2.78 },
  'protein-tertiary-structure': {
    rmse: [4.274, 0.021],
    logLikelihood: [-2.871, 0.001],
    bestLogLikelihood: -2.77,
  },
  'wine-quality-red': {
    rmse: [0.622, 0.008],
    logLikelihood: [-0.928, 0.013],
    bestLogLikelihood: -0.93,
  },
  yacht: { rmse: [0.666, 0.049], logLikelihood: [-1.25, 0.015], bestLogLikelihood: -0.73 },
};
