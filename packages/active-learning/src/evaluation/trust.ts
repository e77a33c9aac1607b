import type { ClassMoments, NumericMoments, SingleMoments } from '@dubio/bayes-core/pure';
import type { ConformalCoverage, Retention } from '@dubio/contracts';
import {
  conformalSets,
  fitConformalInterval,
  fitConformalSets,
  setCoverage,
} from '../calibration/conformal.js';
import type { LabelledProbs } from '../calibration/labelled.js';
import type { LabelledNumbers } from '../calibration/number-metrics.js';
import { wilsonInterval } from '../calibration/proportion.js';
import { applyTemperature } from '../calibration/temperature.js';
import { classUncertainty } from '../uncertainty/class-uncertainty.js';
import { rateOf } from './calibration-scores.js';
import { favourites } from './favourites.js';
import { retentionCurve } from './retention.js';

/** What a model predicts for some items, and what is true of them. */
export type Judged = {
  readonly moments: SingleMoments;
  readonly targets: ArrayLike<number>;
};

const LEVELS = [0.8, 0.9, 0.95] as const;
/** Fewer than this many teach no limit worth stating. */
const LEAST_FOR_LIMIT = 20;

export type ConformalParts = { readonly calibration: Judged; readonly test: Judged };

/**
 * How often sets, or intervals, hold the truth on held-out items: the limit is learned from others.
 */
export function coverageOf(
  validation: Judged | null,
  heldOut: Judged,
  sharesRows: boolean,
): ConformalCoverage[] {
  if (heldOut.moments.kind === 'choices') return [];
  const parts = conformalParts(validation, heldOut, sharesRows);
  if (parts.calibration.targets.length < LEAST_FOR_LIMIT || parts.test.targets.length === 0)
    return [];
  const { calibration, test } = parts;
  const classes = [labelledClasses(calibration), labelledClasses(test)] as const;
  const numbers = [labelledNumbers(calibration), labelledNumbers(test)] as const;
  return LEVELS.flatMap((level) => {
    if (classes[0] && classes[1]) return [classCoverage(level, classes[0], classes[1])];
    if (numbers[0] && numbers[1]) return [numberCoverage(level, numbers[0], numbers[1])];
    return [];
  });
}

/** Accuracy against the share that is referred by epistemic uncertainty; null for numbers. */
export function retentionOf({ moments, targets }: Judged): Retention | null {
  if (moments.kind !== 'class' || moments.rows === 0) return null;
  const answers = favourites(moments.meanProbs_N_C, moments.rows, moments.classes);
  const right_N = answers.map((answer, n) => (answer === targets[n] ? 1 : 0));
  const { points, ...areas } = retentionCurve(right_N, classUncertainty(moments).epistemic_N);
  return { points: [...points], ...areas };
}

/** The validation rows and the held-out ones; where these are the same, every second row each. */
export function conformalParts(
  validation: Judged | null,
  heldOut: Judged,
  sharesRows: boolean,
): ConformalParts {
  if (validation && !sharesRows) return { calibration: validation, test: heldOut };
  return { calibration: everySecond(heldOut, 0), test: everySecond(heldOut, 1) };
}

function everySecond({ moments, targets }: Judged, first: number): Judged {
  const places = Array.from({ length: targets.length }, (_, n) => n).filter((n) => n % 2 === first);
  const rows = places.length;
  const pick = (values: ArrayLike<number>) => Float64Array.from(places, (n) => values[n]!);
  if (moments.kind === 'number') {
    const { mean_N, varianceOfMeans_N, meanOfVariances_N } = moments;
    const part: NumericMoments = {
      ...moments,
      rows,
      mean_N: pick(mean_N),
      varianceOfMeans_N: pick(varianceOfMeans_N),
      meanOfVariances_N: pick(meanOfVariances_N),
    };
    return { moments: part, targets: pick(targets) };
  }
  if (moments.kind !== 'class') return { moments, targets };
  const { classes } = moments;
  const probs = places.flatMap((n) => [
    ...moments.meanProbs_N_C.subarray(n * classes, (n + 1) * classes),
  ]);
  const part: ClassMoments = { ...moments, rows, meanProbs_N_C: Float32Array.from(probs) };
  return { moments: part, targets: pick(targets) };
}

/** Classes with their answers; of another kind of moments null. */
export function labelledClasses({ moments, targets }: Judged): LabelledProbs | null {
  if (moments.kind !== 'class') return null;
  const { rows, classes, meanProbs_N_C } = moments;
  return { rows, classes, probs_N_C: meanProbs_N_C, labels_N: targets };
}

/** Numbers with their predictive variance; of another kind of moments null. */
export function labelledNumbers({ moments, targets }: Judged): LabelledNumbers | null {
  if (moments.kind !== 'number') return null;
  const { rows, mean_N, varianceOfMeans_N, meanOfVariances_N } = moments;
  const variance_N = varianceOfMeans_N.map((v, n) =>
    Math.max(Number.MIN_VALUE, v + meanOfVariances_N[n]!),
  );
  return { rows, mean_N, variance_N, targets_N: targets };
}

/**
 * The same with the temperature in the probabilities of classes, as the predictive file gives them.
 */
export function atTemperature(judged: Judged, temperature: number | null): Judged {
  const { moments, targets } = judged;
  if (moments.kind !== 'class' || temperature === null) return judged;
  const warm = applyTemperature(moments.meanProbs_N_C, moments.classes, temperature);
  return { moments: { ...moments, meanProbs_N_C: Float32Array.from(warm) }, targets };
}

function classCoverage(
  level: number,
  calibration: LabelledProbs,
  test: LabelledProbs,
): ConformalCoverage {
  const fit = fitConformalSets(calibration, { level, method: 'lac' });
  const { probs_N_C, labels_N, ...shape } = test;
  const sets = conformalSets(probs_N_C, shape, { limit: fit.limit, method: 'lac' });
  const { coverage, meanSize } = setCoverage(sets, labels_N);
  return { level, coverage: rateOf(coverage, shape.rows)!, fittedOn: fit.rows, meanSize };
}

function numberCoverage(
  level: number,
  calibration: LabelledNumbers,
  test: LabelledNumbers,
): ConformalCoverage {
  const { limit, rows: fittedOn } = fitConformalInterval(calibration, level);
  const { rows, mean_N, variance_N, targets_N } = test;
  let inside = 0;
  let width = 0;
  for (let n = 0; n < rows; n++) {
    const reach = limit * Math.sqrt(variance_N[n]!);
    width += (2 * reach) / rows;
    if (Math.abs(targets_N[n]! - mean_N[n]!) <= reach) inside++;
  }
  return {
    level,
    coverage: rateOf(wilsonInterval(inside, rows), rows)!,
    fittedOn,
    meanSize: Number.isFinite(width) ? width : null,
  };
}
