import type { Answer, LabelSchema } from '../schema.gen.js';
import { toNumber } from './to-number.js';

export const ANSWER_HELP =
  'one of the choices, or a number; several choices with | between them, several fields as JSON';

/** What was typed, as an answer to the one field, or to all of several as a JSON object by name. */
export function typedAnswer({ fields }: LabelSchema, text: string): Answer {
  const [field] = fields;
  if (!field) throw new Error('This project asks nothing.');
  if (fields.length > 1) return answerObject(text);
  if (field.kind === 'number') return { [field.name]: toNumber(text) };
  if (field.kind === 'choice') return { [field.name]: text };
  return { [field.name]: text === '' ? [] : text.split('|') };
}

/** @throws Error when the text is no JSON object */
function answerObject(text: string): Answer {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('Expected a JSON object with an answer for each field.');
  return { ...value };
}
