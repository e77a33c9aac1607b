import type { EpochRecord, SingleMoments } from '@dubio/bayes-core/pure';
import type { ModelMetrics } from '@dubio/contracts';
import { classMetrics } from '../calibration/class-metrics.js';
import { numberMetrics } from '../calibration/number-metrics.js';
import { honestInterval, Z_95 } from '../calibration/proportion.js';
import { applyTemperature, fitTemperature } from '../calibration/temperature.js';
import { rowsOf, type TrainingSet } from '../labels/training-set.js';
import { answerAgreement } from './answer-agreement.js';
import { rateOf, scoresOf } from './calibration-scores.js';
import { judgeChoices } from './choices-judgement.js';
import { favourites } from './favourites.js';
import {
  type Comparison,
  type HeldOutJudgement,
  type JudgementInputs,
  LEAST_FOR_TEMPERATURE,
} from './judgement.js';
import { lureFigures } from './lure-figures.js';
import {
  atTemperature,
  coverageOf,
  type Judged,
  labelledClasses,
  labelledNumbers,
  retentionOf,
} from './trust.js';

/** What the held-out items say about a model. */
export function judge(inputs: JudgementInputs): HeldOutJudgement {
  const { set, heldOut } = inputs;
  const base = {
    kind: set.kind,
    heldOut: heldOut?.moments.rows ?? 0,
    heldOutSource: heldOut ? set.heldOutSource : 'none',
    accuracy: null,
    rmse: null,
    nll: null,
    lure: null,
    activeTest: null,
    temperature: null,
    temperatureFittedOn: 0,
    before: null,
    after: null,
    conformal: [],
    retention: null,
    perClass: [],
    confusion: null,
    history: historyOf(inputs.history),
    fields: [],
  } satisfies ModelMetrics;
  if (set.kind === 'number') return judgeNumbers(base, inputs);
  if (set.kind === 'choices') return judgeChoices(base, inputs);
  return judgeClasses(base, inputs);
}

const historyOf = (history: readonly EpochRecord[]): ModelMetrics['history'] =>
  history
    .filter((record) => record.member === history[0]?.member)
    .map(({ epoch, loss, validationLoss, descriptionLength }) => ({
      epoch,
      loss,
      validationLoss: validationLoss ?? null,
      descriptionLength: descriptionLength ?? null,
    }));

function judgeClasses(base: ModelMetrics, inputs: JudgementInputs): HeldOutJudgement {
  const { set, heldOut, validation } = inputs;
  const fitted = inputs.isCalibrated ? temperatureOf(validation) : null;
  const control = controlRate(inputs);
  const temperature = fitted?.temperature ?? null;
  const rest = { temperature, control, rmseRange: null };
  if (heldOut?.moments.kind !== 'class') {
    const metrics = { ...base, temperature, temperatureFittedOn: fitted?.rows ?? 0 };
    return { ...rest, metrics, compareWith: () => null };
  }
  const { rows, classes, meanProbs_N_C } = heldOut.moments;
  const labelled = { rows, classes, probs_N_C: meanProbs_N_C, labels_N: heldOut.targets };
  const found = classMetrics(labelled);
  const warm = atTemperature(heldOut, temperature);
  const after =
    temperature === null
      ? null
      : scoresOf({
          ...labelled,
          probs_N_C: applyTemperature(meanProbs_N_C, classes, temperature),
        });
  const metrics: ModelMetrics = {
    ...base,
    accuracy: rateOf(found.accuracy, rows),
    nll: after?.nll ?? found.nllNats,
    lure: lureFigures(set, warm),
    temperature,
    temperatureFittedOn: fitted?.rows ?? 0,
    before: scoresOf(labelled),
    after,
    conformal: coverageOf(
      validation && atTemperature(validation, temperature),
      warm,
      set.heldOutSource === 'validation',
    ),
    retention: retentionOf(heldOut),
    perClass: perClassOf(set, found),
    confusion: matrixOf(found.confusion_C_C, classes),
  };
  return { ...rest, metrics, compareWith: (previous) => compareClasses(heldOut, previous) };
}

function temperatureOf(validation: Judged | null) {
  const labelled = validation && labelledClasses(validation);
  if (!labelled || labelled.rows < LEAST_FOR_TEMPERATURE) return null;
  return { temperature: fitTemperature(labelled).temperature, rows: labelled.rows };
}

function controlRate({ control, set }: JudgementInputs): HeldOutJudgement['control'] {
  if (control?.moments.kind !== 'class') return null;
  const { rows, meanProbs_N_C } = control.moments;
  const answers = favourites(meanProbs_N_C, rows, set.classes.length);
  const right = answers.reduce((n, answer, i) => n + (answer === control.targets[i] ? 1 : 0), 0);
  return rateOf(honestInterval(right, rows), rows);
}

function perClassOf(
  set: TrainingSet,
  found: ReturnType<typeof classMetrics>,
): ModelMetrics['perClass'] {
  const trained = rowsOf(set, 'train').targets;
  const classes = set.classes.length;
  return set.classes.map((value, c) => {
    let taken = -1;
    let times = 0;
    for (let other = 0; other < classes; other++) {
      const count = found.confusion_C_C[c * classes + other]!;
      if (other !== c && count > times) {
        taken = other;
        times = count;
      }
    }
    const { support, precision, recall } = found.perClass[c]!;
    return {
      value,
      labels: trained.reduce((n, target) => n + (target === c ? 1 : 0), 0),
      heldOut: support,
      precision: precision.estimate,
      recall: recall.estimate,
      takenFor: taken < 0 ? null : { value: set.classes[taken]!, times },
    };
  });
}

const matrixOf = (counts: Float64Array, classes: number): number[][] =>
  Array.from({ length: classes }, (_, c) => [...counts.subarray(c * classes, (c + 1) * classes)]);

function compareClasses(heldOut: Judged, previous: SingleMoments): Comparison | null {
  if (heldOut.moments.kind !== 'class' || previous.kind !== 'class') return null;
  const { rows, classes } = heldOut.moments;
  const now = favourites(heldOut.moments.meanProbs_N_C, rows, classes);
  const before = favourites(previous.meanProbs_N_C, rows, classes);
  let won = 0;
  let lost = 0;
  for (let i = 0; i < rows; i++) {
    const isRight = now[i] === heldOut.targets[i];
    const wasRight = before[i] === heldOut.targets[i];
    if (isRight && !wasRight) won++;
    if (wasRight && !isRight) lost++;
  }
  const agreement = answerAgreement(before, now);
  return { rows, won, lost, agreement, squaredErrorRise: null, squaredErrorRiseError: null };
}

function judgeNumbers(
  base: ModelMetrics,
  { set, heldOut, validation }: JudgementInputs,
): HeldOutJudgement {
  const none = { temperature: null, control: null, rmseRange: null, compareWith: () => null };
  if (heldOut?.moments.kind !== 'number') return { ...none, metrics: base };
  const { rows, mean_N } = heldOut.moments;
  const found = numberMetrics(labelledNumbers(heldOut)!);
  const squares = Float64Array.from(mean_N, (mean, i) => (mean - heldOut.targets[i]!) ** 2);
  const spread = meanAndError(squares);
  return {
    ...none,
    metrics: {
      ...base,
      rmse: found.rmse,
      nll: found.nllNats,
      lure: lureFigures(set, heldOut),
      conformal: coverageOf(validation, heldOut, set.heldOutSource === 'validation'),
    },
    rmseRange: {
      low: Math.sqrt(Math.max(0, spread.mean - Z_95 * spread.error)),
      high: Math.sqrt(spread.mean + Z_95 * spread.error),
    },
    compareWith: (previous) => {
      if (previous.kind !== 'number') return null;
      const rises = squares.map((now, i) => now - (previous.mean_N[i]! - heldOut.targets[i]!) ** 2);
      const { mean, error } = meanAndError(rises);
      const rise = { squaredErrorRise: mean, squaredErrorRiseError: error };
      return { rows, won: 0, lost: 0, agreement: null, ...rise };
    },
  };
}

function meanAndError(values: Float64Array): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1) / values.length);
  return { mean, error };
}
