import {
  type Answer,
  type AnswerValue,
  answerProblems,
  type Choice,
  type LabelField,
  type LabelSchema,
} from '@dubio/contracts';
import type { Cell } from '../features/item-content.js';

export type ReadAnswer =
  | { readonly ok: true; readonly answer: Answer | null }
  | { readonly ok: false; readonly field: string; readonly reason: string };

const SPLITS: Readonly<Record<string, 'pool' | 'validation' | 'test'>> = {
  pool: 'pool',
  train: 'pool',
  training: 'pool',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
};

/** The split that a cell or folder names, or null when it names none. */
export const splitNamed = (name: string): 'pool' | 'validation' | 'test' | null =>
  SPLITS[name.trim().toLowerCase()] ?? null;

/**
 * Turns cells into an answer of the schema; no cell filled means no answer, some filled is an
 * error.
 */
export function readAnswer(
  schema: LabelSchema,
  cells: readonly { readonly field: string; readonly column: string; readonly value: Cell }[],
): ReadAnswer {
  const filled = cells.filter((cell) => cell.value !== null);
  if (filled.length === 0) return { ok: true, answer: null };
  const answer: Answer = {};
  for (const cell of filled) {
    const field = schema.fields.find((candidate) => candidate.name === cell.field);
    if (field) answer[cell.field] = answerValue(field, cell.value as string | number);
  }
  const problem = answerProblems(schema, answer)[0];
  if (!problem) return { ok: true, answer };
  const column = cells.find((cell) => cell.field === problem.field)?.column ?? problem.field;
  const reason = `Expected ${problem.expected}, got ${problem.got}.`;
  return { ok: false, field: column, reason };
}

function answerValue(field: LabelField, cell: string | number): AnswerValue {
  if (field.kind === 'number') {
    const value = typeof cell === 'number' ? cell : Number(cell);
    return Number.isFinite(value) ? value : String(cell);
  }
  const text = String(cell);
  if (field.kind === 'choice') return choiceNamed(field.choices, text);
  if (text.trim() === NONE_CHOSEN) return [];
  return text.split(CHOICES_APART).map((part) => choiceNamed(field.choices, part.trim()));
}

/**
 * Several choices share a cell, as in "dog|cat"; an empty cell is no answer, so that none has a
 * sign of its own.
 */
const CHOICES_APART = '|';
const NONE_CHOSEN = '[]';

function choiceNamed(choices: readonly Choice[], text: string): string {
  if (choices.some((choice) => choice.value === text)) return text;
  const lower = text.toLowerCase();
  const near = choices.find(
    (choice) => choice.value.toLowerCase() === lower || choice.title?.toLowerCase() === lower,
  );
  return near?.value ?? text;
}
