import type { Answer, LabelField, LabelSchema } from '@dubio/contracts';
import { assignKeys, type KeyedChoice } from './keys/assign-keys';

/** What is asked about an item, ready for the screen. */
export type AskedField =
  | { kind: 'choice'; name: string; question: string; choices: readonly KeyedChoice[] }
  | {
      kind: 'number';
      name: string;
      question: string;
      unit: string | null;
      minimum: number | null;
      maximum: number | null;
    };

/** The one field that is asked; several fields an item are for later. */
export function askedField(schema: LabelSchema): AskedField | null {
  const field: LabelField | undefined = schema.fields[0];
  if (field === undefined) return null;
  if (field.kind === 'choice') {
    const { name, question } = field;
    return { kind: 'choice', name, question, choices: assignKeys(field.choices) };
  }
  return {
    kind: 'number',
    name: field.name,
    question: field.question,
    unit: field.unit ?? null,
    minimum: field.minimum ?? null,
    maximum: field.maximum ?? null,
  };
}

/** An answer as people read it. */
export function answerText(field: AskedField | null, answer: Answer | null): string {
  const value = field === null ? undefined : answer?.[field.name];
  if (value === undefined) return '';
  if (field?.kind !== 'choice') return String(value);
  return field.choices.find((choice) => choice.value === value)?.name ?? String(value);
}

/** The most doubt about one item: ln C for C answers; a number has no such end. */
export function mostDoubt(field: AskedField | null): number | null {
  return field?.kind === 'choice' ? Math.log(field.choices.length) : null;
}
