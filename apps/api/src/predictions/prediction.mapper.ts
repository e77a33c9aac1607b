import { classesWithin, intervalWithin, type SetLimit, Z_95 } from '@dubio/active-learning';
import type { FieldPrediction, LabelField, LabelSchema, Prediction } from '@dubio/contracts';
import type { ModelOutputs } from './predict-protocol.js';
import type { SetLimits } from './set-limits.js';

const LEVEL = 0.95;

/** Outputs of the rows of one request; of several fields, those whose names begin with `prefix`. */
type Answered = { outputs: ModelOutputs; rows: number; prefix: string; limit: SetLimit | null };

function column({ outputs, prefix }: Answered, name: string): Float32Array {
  const data = outputs[prefix + name];
  if (data === undefined) throw new Error(`the model has no output "${prefix}${name}"`);
  return data;
}

const uncertainties = (answered: Answered, row: number) => ({
  total: Math.max(0, column(answered, 'total')[row] ?? 0),
  aleatoric: Math.max(0, column(answered, 'aleatoric')[row] ?? 0),
  epistemic: Math.max(0, column(answered, 'epistemic')[row] ?? 0),
});

/** The total uncertainty of a number is the variance of its predictive distribution. */
function numberPrediction(answered: Answered, row: number): FieldPrediction {
  const value = column(answered, 'mean')[row] ?? 0;
  const figures = uncertainties(answered, row);
  const half = Z_95 * Math.sqrt(figures.total);
  return {
    probabilities: null,
    value,
    ...figures,
    interval: { low: value - half, high: value + half, level: LEVEL },
    set: answered.limit && {
      choices: null,
      interval: intervalWithin(value, figures.total, answered.limit),
    },
  };
}

function fieldPrediction(field: LabelField, answered: Answered, row: number): FieldPrediction {
  if (field.kind === 'number') return numberPrediction(answered, row);
  const mean = column(answered, 'mean');
  // Choices may have been added since the model was trained; it knows the first ones.
  const known = mean.length / answered.rows;
  const values = field.choices.slice(0, known).map((choice) => choice.value);
  const probabilities = mean.subarray(row * known, (row + 1) * known);
  return {
    probabilities: Object.fromEntries(values.map((value, c) => [value, probabilities[c] ?? 0])),
    value:
      field.kind === 'choices'
        ? values.filter((_, c) => (probabilities[c] ?? 0) > 0.5)
        : (values[probabilities.indexOf(Math.max(...probabilities))] ?? ''),
    ...uncertainties(answered, row),
    interval: null,
    set: answered.limit && {
      choices: classesWithin(probabilities, answered.limit).flatMap((c) => values[c] ?? []),
      interval: null,
    },
  };
}

function unitOf(field: LabelField): string {
  if (field.kind !== 'number') return 'nats';
  return field.unit === undefined ? 'squared units' : `${field.unit}²`;
}

/**
 * Outputs of the predictive model as answers in the words of the label schema, with their unit, and
 * sets where there are limits.
 */
export function toPredictions(
  { outputs, rows }: { outputs: ModelOutputs; rows: number },
  { fields }: LabelSchema,
  limits: SetLimits['byField'],
): { unit: string; predictions: Prediction[] } {
  const indices = Array.from({ length: rows }, (_, row) => row);
  const [first] = fields;
  if (first === undefined) throw new Error('a label schema asks at least one question');
  if (fields.length === 1) {
    const answered = { outputs, rows, prefix: '', limit: limits[0] ?? null };
    const predictions = indices.map((row) => ({
      ...fieldPrediction(first, answered, row),
      fields: null,
    }));
    return { unit: unitOf(first), predictions };
  }
  const joint = { outputs, rows, prefix: '', limit: null };
  const predictions = indices.map((row) => {
    const each = fields.map((field, k) => {
      const answered = { outputs, rows, prefix: `field${k}.`, limit: limits[k] ?? null };
      return [
        field.name,
        { ...fieldPrediction(field, answered, row), unit: unitOf(field) },
      ] as const;
    });
    const { unit: _unit, ...answer } = each[0]![1];
    return { ...answer, ...uncertainties(joint, row), fields: Object.fromEntries(each) };
  });
  return { unit: 'nats', predictions };
}
