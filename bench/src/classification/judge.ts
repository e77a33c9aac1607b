import {
  classMetrics,
  eceInterval,
  type Interval,
  poolUncertainty,
  rankAuroc,
} from '@dubio/active-learning';
import {
  type ClassMoments,
  createPredictor,
  type Engine,
  type FittedPosterior,
  type Predictor,
} from '@dubio/bayes-core';
import type { Dataset } from '../data/dataset.js';

/** How well an uncertainty tells foreign images from test images: 1 always, .5 by chance. */
export type Foreign = {
  readonly name: string;
  /** Null for a single network, which has no epistemic uncertainty. */
  readonly epistemicAuroc: number | null;
  readonly totalAuroc: number;
};

export type ClassificationScores = {
  readonly error: Interval;
  readonly nllNats: number;
  readonly ece: Interval;
  readonly epistemicNats: number;
  readonly foreign: readonly Foreign[];
};

/**
 * Scores of the averaged predictive on the test images, and its uncertainty about images of another
 * kind.
 */
export async function judge(
  engine: Engine,
  posterior: FittedPosterior,
  samples: number,
  test: Dataset,
  foreign: readonly { readonly name: string; readonly dataset: Dataset }[],
): Promise<ClassificationScores> {
  const predictor = await createPredictor({ engine, posterior, samples });
  try {
    const moments = await momentsOf(predictor, test);
    const labelled = { ...moments, probs_N_C: moments.meanProbs_N_C, labels_N: test.labels };
    const { accuracy, nllNats } = classMetrics(labelled);
    const familiar = poolUncertainty(moments);
    const scores: Foreign[] = [];
    for (const { name, dataset } of foreign) {
      const uncertainty = poolUncertainty(await momentsOf(predictor, dataset));
      scores.push({
        name,
        epistemicAuroc:
          predictor.samples === 1 ? null : rankAuroc(familiar.epistemic_N, uncertainty.epistemic_N),
        totalAuroc: rankAuroc(familiar.total_N, uncertainty.total_N),
      });
    }
    const [estimate, low, high] = [accuracy.estimate!, accuracy.low, accuracy.high];
    return {
      error: { estimate: 1 - estimate, low: 1 - high, high: 1 - low },
      nllNats,
      ece: eceInterval(labelled),
      epistemicNats: familiar.epistemic_N.reduce((sum, x) => sum + x, 0) / moments.rows,
      foreign: scores,
    };
  } finally {
    await predictor.dispose();
  }
}

async function momentsOf(predictor: Predictor, { features }: Dataset): Promise<ClassMoments> {
  const moments = await predictor.moments(features);
  if (moments.kind !== 'class') throw new Error('expected classes');
  return moments;
}
