import type { Answer, AnswerValue, LabelField } from '@dubio/contracts';
import type { AskedField, AskedFields } from './training-set.js';

/** The field as the numerics see it. */
function askedField(field: LabelField): AskedField {
  const { name } = field;
  if (field.kind === 'number') return { name, kind: 'number', classes: [] };
  const classes = field.choices.map((choice) => choice.value);
  return { name, kind: field.kind === 'choice' ? 'class' : 'choices', classes };
}

/** All fields as the numerics see them. */
export function askedOf(fields: readonly LabelField[]): AskedFields {
  const asked = fields.map(askedField);
  const { kind, classes } = asked[0]!;
  return { kind, classes, fields: asked.length > 1 ? asked : [] };
}

/** An answer as numbers, field by field; null where it does not fit one of them. */
export function targetsOf(fields: readonly LabelField[], answer: Answer): number[] | null {
  const targets = fields.map((field) => fieldTargetsOf(field, answer[field.name]));
  return targets.includes(null) ? null : targets.flatMap((own) => own ?? []);
}

/**
 * The answer to one field: a class index, a number, or 0 and 1 for each choice; null where it does
 * not fit the field.
 */
function fieldTargetsOf(field: LabelField, value: AnswerValue | undefined): number[] | null {
  if (value === undefined) return null;
  if (field.kind === 'number') return Number.isFinite(Number(value)) ? [Number(value)] : null;
  const values = field.choices.map((choice) => choice.value);
  if (field.kind === 'choices') {
    if (!Array.isArray(value) || value.some((one) => !values.includes(one))) return null;
    return values.map((choice) => Number(value.includes(choice)));
  }
  const index = values.indexOf(String(value));
  return index < 0 ? null : [index];
}
