import type { LabelSchema, Prediction } from '@dubio/contracts';
import type { ModelOutputs } from './predict-protocol.js';

const LEVEL = 0.95;
/** Two-sided 95 % quantile of the normal distribution. */
const Z = 1.959963984540054;

const doubts = (outputs: ModelOutputs, row: number) => ({
  total: Math.max(0, outputs.total[row] ?? 0),
  aleatoric: Math.max(0, outputs.aleatoric[row] ?? 0),
  epistemic: Math.max(0, outputs.epistemic[row] ?? 0),
});

function classPrediction(
  outputs: ModelOutputs,
  row: number,
  values: readonly string[],
): Prediction {
  const probabilities = outputs.mean.subarray(row * values.length, (row + 1) * values.length);
  const best = probabilities.indexOf(Math.max(...probabilities));
  return {
    probabilities: Object.fromEntries(values.map((value, c) => [value, probabilities[c] ?? 0])),
    value: values[best] ?? '',
    ...doubts(outputs, row),
    interval: null,
  };
}

/** The total doubt of a number is the variance of its predictive distribution. */
function numberPrediction(outputs: ModelOutputs, row: number): Prediction {
  const value = outputs.mean[row] ?? 0;
  const figures = doubts(outputs, row);
  const half = Z * Math.sqrt(figures.total);
  return {
    probabilities: null,
    value,
    ...figures,
    interval: { low: value - half, high: value + half, level: LEVEL },
  };
}

/** Outputs of the predictive model as answers in the words of the label schema, with their unit. */
export function toPredictions(
  outputs: ModelOutputs,
  rows: number,
  schema: LabelSchema,
): { unit: string; predictions: Prediction[] } {
  const field = schema.fields[0];
  const indices = Array.from({ length: rows }, (_, row) => row);
  if (field?.kind !== 'choice') {
    const unit = field?.unit === undefined ? 'squared units' : `${field.unit}²`;
    return { unit, predictions: indices.map((row) => numberPrediction(outputs, row)) };
  }
  // Choices may have been added since the model was trained; it knows the first ones.
  const classes = outputs.mean.length / rows;
  const values = field.choices.slice(0, classes).map((choice) => choice.value);
  return {
    unit: 'nats',
    predictions: indices.map((row) => classPrediction(outputs, row, values)),
  };
}
