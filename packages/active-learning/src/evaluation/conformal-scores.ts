import type { ConformalScores, PredictMode, ScoreLists } from '@dubio/contracts';
import { conformalIntervalScores, conformalSetScores } from '../calibration/conformal.js';
import type { LabelledProbs } from '../calibration/labelled.js';
import type { LabelledNumbers } from '../calibration/number-metrics.js';
import { packScores } from '../calibration/packed-scores.js';
import { askedFields, type TrainingSet } from '../labels/training-set.js';
import { SET_METHODS } from './prediction-sets.js';
import {
  atTemperature,
  conformalParts,
  type Judged,
  labelledClasses,
  labelledNumbers,
} from './trust.js';

/** Of either way of predicting; null where there is nothing to learn sets from, or no such way. */
export type ScoresByMode = Readonly<Record<PredictMode, ConformalScores | null>>;

export type JudgedRows = {
  /** One for each field; null where there are no such rows. */
  readonly validation: readonly Judged[] | null;
  readonly heldOut: readonly Judged[] | null;
};

/**
 * What sets and intervals of any coverage can be made from, at the temperatures that predictions
 * have.
 */
export function conformalScores(
  set: TrainingSet,
  { validation, heldOut }: JudgedRows,
  temperatures: readonly (number | null)[],
): ConformalScores | null {
  if (heldOut === null) return null;
  const fields = askedFields(set).map((_, k) => {
    const parts = conformalParts(
      validation?.[k] ?? null,
      heldOut[k]!,
      set.heldOutSource === 'validation',
    );
    const warm = {
      calibration: atTemperature(parts.calibration, temperatures[k]!),
      test: atTemperature(parts.test, temperatures[k]!),
    };
    return scoresOfField(warm.calibration, warm.test);
  });
  return { fields };
}

function scoresOfField(calibration: Judged, test: Judged): ConformalScores['fields'][number] {
  const classes = [labelledClasses(calibration), labelledClasses(test)] as const;
  if (classes[0] && classes[1]) {
    return {
      split: setLists('split', classes[0], classes[1]),
      adaptive: setLists('adaptive', classes[0], classes[1]),
    };
  }
  const numbers = [labelledNumbers(calibration), labelledNumbers(test)] as const;
  if (numbers[0] && numbers[1])
    return { split: intervalLists(numbers[0], numbers[1]), adaptive: null };
  return { split: null, adaptive: null };
}

function setLists(
  name: keyof typeof SET_METHODS,
  calibration: LabelledProbs,
  test: LabelledProbs,
): ScoreLists {
  const method = SET_METHODS[name];
  const scores = (labelled: LabelledProbs, favouriteIsIn: boolean) =>
    labelled.rows === 0 ? [] : conformalSetScores(labelled, { method, favouriteIsIn });
  return {
    calibration: packScores(scores(calibration, false)),
    measured: packScores(scores(test, true)),
  };
}

function intervalLists(calibration: LabelledNumbers, test: LabelledNumbers): ScoreLists {
  const scores = (labelled: LabelledNumbers) =>
    labelled.rows === 0 ? [] : conformalIntervalScores(labelled);
  return { calibration: packScores(scores(calibration)), measured: packScores(scores(test)) };
}
