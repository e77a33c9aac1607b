import { classMetrics, poolUncertainty, rankAuroc } from '@dubio/active-learning';
import {
  createPredictor,
  type Engine,
  fitPosterior,
  type PartialModelSpec,
} from '@dubio/bayes-core';
import type { Dataset } from '../data/dataset.js';

/** How a prior precision is come by: a number, a rule, or no uncertainty at all. */
export type Choice = number | 'validation' | 'evidence' | 'none';

export type Judged = {
  readonly nllNats: number;
  readonly errorPercent: number;
  readonly meanEpistemic: number;
  /**
   * Chance that a mistake has more epistemic uncertainty than a right answer; null without
   * uncertainty or without mistakes.
   */
  readonly aurocOfMistakes: number | null;
  readonly seconds: number;
};

export type Rows = {
  readonly train: Dataset;
  readonly validation: Dataset | null;
  readonly test: Dataset;
};

export type Fit = {
  readonly engine: Engine;
  readonly spec: PartialModelSpec;
  readonly rows: Rows;
  readonly seed: number;
  readonly samples: number;
};

const labelled = ({ features, labels }: Dataset) => ({
  features,
  targets: { kind: 'class' as const, values: labels },
});

/**
 * Trains with one choice; the trained weights are the same for all choices, as training does not
 * know of it.
 */
export async function fitAndJudge(
  { engine, spec, rows, seed, samples }: Fit,
  choice: Choice,
): Promise<Judged> {
  const start = performance.now();
  const posterior = await fitPosterior({
    engine,
    spec: {
      ...spec,
      posterior:
        choice === 'none'
          ? { kind: 'point' }
          : { kind: 'laplace-last-layer', priorPrecision: choice },
    },
    train: labelled(rows.train),
    ...(rows.validation ? { validation: labelled(rows.validation) } : {}),
    seed,
  });
  const seconds = (performance.now() - start) / 1000;
  const predictor = await createPredictor({ engine, posterior, samples });
  const moments = await predictor.moments(rows.test.features);
  await predictor.dispose();
  const uncertainty = poolUncertainty(moments);
  if (moments.kind !== 'class' || uncertainty.kind === 'fields')
    throw new Error('expected classes');
  const { labels, classes } = rows.test;
  const probs_N_C = moments.meanProbs_N_C;
  const metrics = classMetrics({ rows: labels.length, classes, probs_N_C, labels_N: labels });
  const uncertainties = { right: [] as number[], wrong: [] as number[] };
  labels.forEach((label, row) => {
    const own = probs_N_C.subarray(row * classes, (row + 1) * classes);
    const isRight = own.indexOf(Math.max(...own)) === label;
    uncertainties[isRight ? 'right' : 'wrong'].push(uncertainty.epistemic_N[row]!);
  });
  return {
    nllNats: metrics.nllNats,
    errorPercent: 100 * (1 - metrics.accuracy.estimate!),
    meanEpistemic: uncertainty.epistemic_N.reduce((sum, x) => sum + x, 0) / labels.length,
    aurocOfMistakes:
      choice === 'none' || uncertainties.wrong.length === 0
        ? null
        : rankAuroc(uncertainties.right, uncertainties.wrong),
    seconds,
  };
}
