import type { SingleMoments } from '@dubio/bayes-core/pure';
import type { ModelMetrics } from '@dubio/contracts';
import {
  choicesAsClasses,
  choicesMetrics,
  type LabelledChoices,
} from '../calibration/choices-metrics.js';
import { honestInterval } from '../calibration/proportion.js';
import { applyTemperature, fitTemperature } from '../calibration/temperature.js';
import { rowsOf, type TrainingSet } from '../labels/training-set.js';
import { rateOf, scoresOf } from './calibration-scores.js';
import {
  type Comparison,
  type HeldOutJudgement,
  type JudgementInputs,
  LEAST_FOR_TEMPERATURE,
} from './judgement.js';
import { lureFigures } from './lure-figures.js';
import type { Judged } from './trust.js';

/**
 * What the held-out items say about several choices. Accuracy: the share of items of which every
 * choice is right. Calibration, its bins and the temperature are those of all single yes-or-no
 * answers; log likelihoods are summed over an item's choices.
 */
export function judgeChoices(base: ModelMetrics, inputs: JudgementInputs): HeldOutJudgement {
  const { set, heldOut, validation, control } = inputs;
  const fitted = inputs.isCalibrated ? temperatureOf(validation) : null;
  const temperature = fitted?.temperature ?? null;
  const rest = { temperature, control: controlRate(control), rmseRange: null };
  const labelled = labelledChoices(heldOut);
  if (heldOut === null || labelled === null) {
    const metrics = { ...base, temperature, temperatureFittedOn: fitted?.rows ?? 0 };
    return { ...rest, metrics, compareWith: () => null };
  }
  const found = choicesMetrics(labelled);
  const binary = choicesAsClasses(labelled);
  const perItem = (scores: NonNullable<ModelMetrics['after']>) => ({
    ...scores,
    nll: scores.nll * labelled.choices,
  });
  const after =
    temperature === null
      ? null
      : perItem(
          scoresOf({ ...binary, probs_N_C: applyTemperature(binary.probs_N_C, 2, temperature) }),
        );
  const metrics: ModelMetrics = {
    ...base,
    accuracy: rateOf(found.subsetAccuracy, found.rows),
    nll: after?.nll ?? found.nllNats,
    lure: lureFigures(set, heldOut),
    temperature,
    temperatureFittedOn: fitted?.rows ?? 0,
    before: perItem(scoresOf(binary)),
    after,
    perClass: perChoiceOf(set, found),
  };
  return { ...rest, metrics, compareWith: (previous) => compareChoices(heldOut, previous) };
}

function labelledChoices(judged: Judged | null): LabelledChoices | null {
  if (judged?.moments.kind !== 'choices') return null;
  const { rows, choices, meanProbs_N_L } = judged.moments;
  return { rows, choices, probs_N_L: meanProbs_N_L, labels_N_L: judged.targets };
}

function temperatureOf(validation: Judged | null) {
  const labelled = labelledChoices(validation);
  if (labelled === null || labelled.rows < LEAST_FOR_TEMPERATURE) return null;
  const { temperature } = fitTemperature(choicesAsClasses(labelled));
  return { temperature, rows: labelled.rows };
}

function controlRate(control: Judged | null): HeldOutJudgement['control'] {
  if (control === null) return null;
  const right = rightItems(control.moments, control.targets);
  if (right === null) return null;
  const count = right.filter(Boolean).length;
  return rateOf(honestInterval(count, right.length), right.length);
}

function perChoiceOf(
  set: TrainingSet,
  found: ReturnType<typeof choicesMetrics>,
): ModelMetrics['perClass'] {
  const trained = rowsOf(set, 'train').targets;
  const { length } = set.classes;
  return set.classes.map((value, l) => {
    const { support, precision, recall } = found.perChoice[l]!;
    return {
      value,
      labels: trained.reduce((sum, target, i) => sum + (i % length === l ? target : 0), 0),
      heldOut: support,
      precision: precision.estimate,
      recall: recall.estimate,
      takenFor: null,
    };
  });
}

/** Of each item, whether every choice is right; null for another kind of answer. */
function rightItems(moments: SingleMoments, targets: ArrayLike<number>): boolean[] | null {
  if (moments.kind !== 'choices') return null;
  const { rows, choices, meanProbs_N_L } = moments;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: choices }, (_, l) => row * choices + l).every(
      (at) => meanProbs_N_L[at]! > 0.5 === (targets[at] === 1),
    ),
  );
}

function compareChoices(heldOut: Judged, previous: SingleMoments): Comparison | null {
  const now = rightItems(heldOut.moments, heldOut.targets);
  const before = rightItems(previous, heldOut.targets);
  if (now === null || before === null) return null;
  return {
    rows: now.length,
    won: now.filter((right, i) => right && !before[i]).length,
    lost: now.filter((right, i) => !right && before[i]).length,
    agreement: null,
    squaredErrorRise: null,
    squaredErrorRiseError: null,
  };
}
