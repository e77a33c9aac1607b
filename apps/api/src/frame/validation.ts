import { AppError, type FieldProblem } from '@dubio/contracts';
import type { z } from 'zod';

const LONGEST_VALUE = 80;
const MOST_PROBLEMS = 20;

/** The value at a path of what came, short enough to be shown. */
function valueAt(input: unknown, path: readonly PropertyKey[]): string {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return 'nothing';
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

/** "Invalid input: expected string, received number" says what came a second time: keep the first half. */
function expectationOf(issue: z.core.$ZodIssue): string {
  const text = issue.message
    .replace(/^Invalid (input|option): expected /, '')
    .replace(/, received .*$/, '');
  return issue.code === 'unrecognized_keys' ? `no key ${issue.keys.join(', ')}` : text;
}

function fieldProblems(where: string, error: z.ZodError, input: unknown): FieldProblem[] {
  return error.issues.slice(0, MOST_PROBLEMS).map((issue) => ({
    field: [where, ...issue.path].map(String).join('.'),
    expected: expectationOf(issue),
    got: valueAt(input, issue.path),
  }));
}

/** @throws AppError request.invalid, naming each field, what was expected and what came. */
export function parseRequest(
  where: 'params' | 'query' | 'body',
  schema: z.ZodType,
  input: unknown,
) {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const fields = fieldProblems(where, parsed.error, input);
  const first = fields[0];
  const detail = first
    ? `${first.field}: expected ${first.expected}, got ${first.got}.`
    : 'The request does not fit.';
  throw new AppError('request.invalid', detail, { fields });
}
