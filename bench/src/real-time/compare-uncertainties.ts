import { classUncertainty } from '@dubio/active-learning';
import {
  createMomentPredictor,
  createPredictor,
  type Engine,
  type FeatureMatrix,
  type FittedPosterior,
} from '@dubio/bayes-core';
import { rankCorrelation } from '../framework/rank-correlation.js';

/** How one way of predicting agrees with 1,000 samples. */
export type Agreement = {
  readonly way: string;
  readonly epistemicRankCorrelation: number;
  readonly totalRankCorrelation: number;
  /** Mean epistemic uncertainty over that of the reference. */
  readonly epistemicRatio: number;
  /** Mean absolute difference of the epistemic uncertainties, nats. */
  readonly epistemicError: number;
  /** Share of the tenth of the items with most epistemic uncertainty that both have. */
  readonly sharedTopTenth: number;
};

type Uncertainties = { readonly epistemic_N: Float64Array; readonly total_N: Float64Array };

/** Samples of the reference. */
const MANY = 1000;

/**
 * Epistemic uncertainty of fewer samples and of the fast way against `MANY` samples. Samples of
 * another seed stand for the same posterior; `MANY` of them show how well the reference agrees with
 * itself, which nothing can better.
 */
export async function compareUncertainties(
  engine: Engine,
  posterior: FittedPosterior,
  features: FeatureMatrix,
): Promise<{ meanEpistemic: number; agreements: Agreement[] }> {
  const sampled = async (samples: number, seed: number): Promise<Uncertainties> => {
    const other = { ...posterior, seed };
    const predictor = await createPredictor({ engine, posterior: other, samples });
    const uncertainties = uncertaintiesOf(await predictor.moments(features));
    await predictor.dispose();
    return uncertainties;
  };
  const reference = await sampled(MANY, 1);
  const predictor = createMomentPredictor({ engine, posterior });
  const fast = uncertaintiesOf(await predictor.moments(features));
  await predictor.dispose();
  const ways: [string, Uncertainties][] = [
    ['fast', fast],
    ['T = 10', await sampled(10, 2)],
    ['T = 100', await sampled(100, 3)],
    [`T = ${MANY}, other samples`, await sampled(MANY, 4)],
  ];
  return {
    meanEpistemic: mean(reference.epistemic_N),
    agreements: ways.map(([way, uncertainties]) => ({
      way,
      ...agreement(uncertainties, reference),
    })),
  };
}

function uncertaintiesOf(
  moments: Parameters<typeof classUncertainty>[0] | { kind: string },
): Uncertainties {
  if (!('meanProbs_N_C' in moments)) throw new Error('expected classes');
  return classUncertainty(moments);
}

function agreement(own: Uncertainties, reference: Uncertainties): Omit<Agreement, 'way'> {
  const { epistemic_N } = reference;
  const errors = own.epistemic_N.map((uncertainty, row) =>
    Math.abs(uncertainty - epistemic_N[row]!),
  );
  const [ours, theirs] = [topTenth(own.epistemic_N), topTenth(epistemic_N)];
  return {
    epistemicRankCorrelation: rankCorrelation(own.epistemic_N, epistemic_N),
    totalRankCorrelation: rankCorrelation(own.total_N, reference.total_N),
    epistemicRatio: mean(own.epistemic_N) / mean(epistemic_N),
    epistemicError: mean(errors),
    sharedTopTenth: [...ours].filter((row) => theirs.has(row)).length / theirs.size,
  };
}

function topTenth(values: Float64Array): Set<number> {
  const order = Array.from(values.keys()).sort((i, j) => values[j]! - values[i]!);
  return new Set(order.slice(0, Math.ceil(values.length / 10)));
}

const mean = (values: Float64Array): number =>
  values.reduce((sum, x) => sum + x, 0) / values.length;
