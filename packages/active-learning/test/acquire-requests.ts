import { Sequence, stream } from '@dubio/bayes-core/pure';
import type { AcquireRequest } from '../src/acquisition/acquire.js';
import { getRule } from '../src/acquisition/rules.js';
import { classUncertainty } from '../src/uncertainty/class-uncertainty.js';
import {
  momentsOfNumberSamples,
  numberUncertainty,
} from '../src/uncertainty/number-uncertainty.js';
import type { Uncertainty } from '../src/uncertainty/pool-uncertainty.js';
import { type LogProbs, momentsOfLogProbs } from '../src/uncertainty/predictive-moments.js';

export const SAMPLES = 5;
export const CLASSES = 3;

/** A pool of items that are copies of a few prototypes, so that ties abound. */
export function logProbsOf(prototypes: number[], seed: number): LogProbs {
  const values = prototypes.flatMap((prototype) => {
    const draws = new Sequence(stream(seed).at(prototype));
    return Array.from({ length: SAMPLES }, () => {
      const weights = Array.from({ length: CLASSES }, () => Math.exp(3 * draws.uniform()));
      const total = weights.reduce((a, b) => a + b, 0);
      return weights.map((w) => Math.log(w / total));
    }).flat();
  });
  return {
    rows: prototypes.length,
    samples: SAMPLES,
    classes: CLASSES,
    logProbs_N_K_C: Float64Array.from(values),
  };
}

export function numbersOf(prototypes: number[]): Uncertainty {
  const spread = Float64Array.from(prototypes, (p) => (p % 5) / 2);
  return numberUncertainty({
    rows: prototypes.length,
    samples: SAMPLES,
    mean_N: spread,
    varianceOfMeans_N: spread,
    meanOfVariances_N: spread,
  });
}

/** Four features per item, the same for copies of a prototype. */
export function featuresOf(prototypes: number[], seed: number) {
  const features_N_D = Float32Array.from(
    prototypes.flatMap((prototype) => {
      const draws = new Sequence(stream(seed).at(prototype));
      return Array.from({ length: 4 }, () => 2 * draws.uniform() - 1);
    }),
  );
  return { rows: prototypes.length, dimensions: 4, features_N_D };
}

export function sampledNumbersOf(prototypes: number[], seed: number) {
  const values = prototypes.flatMap((prototype) => {
    const draws = new Sequence(stream(seed).at(prototype));
    return Array.from({ length: SAMPLES }, () => draws.uniform());
  });
  return {
    rows: prototypes.length,
    samples: SAMPLES,
    means_N_T: values,
    variances_N_T: values.map(() => 0.1),
  };
}

export function numberRequest(rule: string, prototypes: number[], seed: number): AcquireRequest {
  const positions_M = prototypes.map((_, n) => n);
  const samples = sampledNumbersOf(prototypes, 9);
  return {
    rule,
    batchSize: 4,
    seed,
    uncertainty: numberUncertainty(momentsOfNumberSamples(samples)),
    candidates: { ...samples, positions_M },
    targets: sampledNumbersOf([20, 21, 22], 9),
    described: { ...featuresOf(prototypes, 8), positions_M },
    labelled: featuresOf([30, 31], 8),
  };
}

export function requestFor(rule: string, prototypes: number[], seed: number): AcquireRequest {
  const base = { rule, batchSize: 4, seed };
  if (!getRule(rule).kinds.includes('class'))
    return { ...base, uncertainty: numbersOf(prototypes) };
  const logProbs = logProbsOf(prototypes, 9);
  const moments = momentsOfLogProbs(logProbs);
  const positions_M = prototypes.map((_, n) => n);
  const probs = { classes: CLASSES, probs_N_C: moments.meanProbs_N_C };
  return {
    ...base,
    uncertainty: classUncertainty(moments),
    candidates: { ...logProbs, positions_M },
    targets: logProbsOf([20, 21, 22], 9),
    described: { ...featuresOf(prototypes, 8), ...probs, positions_M },
    labelled: {
      ...featuresOf([30, 31], 8),
      classes: CLASSES,
      probs_N_C: momentsOfLogProbs(logProbsOf([30, 31], 9)).meanProbs_N_C,
    },
  };
}
