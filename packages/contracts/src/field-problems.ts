import type { z } from 'zod';
import type { FieldProblem } from './errors.js';
import { unstorable } from './storable.js';

type Issue = z.core.$ZodRawIssue;

const LONGEST_VALUE = 80;
const MOST_PROBLEMS = 20;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  date: 'a date',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  url: 'an address that begins with https://',
  uuid: 'an id of the form 01890a5d-ac96-774b-bcce-b302099a8057',
  datetime: 'a moment like 2026-01-31T09:00:00Z',
  base64: 'text in base64',
};

/** What a size is counted in; empty for numbers themselves. */
const COUNTED: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
  set: ['entry', 'entries'],
};

function inUnits(size: number | bigint, origin: string): string {
  const words = COUNTED[origin];
  return words === undefined ? `${size}` : `${size} ${words[size === 1 ? 0 : 1]}`;
}

function sizeOf(issue: Issue & { code: 'too_small' | 'too_big' }): string {
  const small = issue.code === 'too_small';
  const limit = inUnits(small ? issue.minimum : issue.maximum, issue.origin);
  if (issue.exact) return `exactly ${limit}`;
  if (issue.inclusive === false) return small ? `more than ${limit}` : `less than ${limit}`;
  return small ? `at least ${limit}` : `at most ${limit}`;
}

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;

/**
 * The ways that a value may be right: the kinds of a discriminated union, or each alternative once.
 */
function alternatives(issue: Issue & { code: 'invalid_union' }): string {
  if (Array.isArray(issue.options)) return oneOf(issue.options);
  const ways = issue.errors.flatMap((errors) => errors.slice(0, 1).map((error) => error.message));
  return ways.length === 0 ? 'another kind of value' : [...new Set(ways)].join(' or ');
}

/**
 * What would have been right, as words that go on after "expected". Given to zod as `{ error:
 * expectationOf }`, so that a rule with a message of its own keeps it.
 * @see docs/decisions/0057
 */
export function expectationOf(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'too_small':
    case 'too_big':
      return sizeOf(issue);
    case 'invalid_format':
      return FORMATS[issue.format] ?? `text of the form ${issue.pattern ?? issue.format}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `no key ${issue.keys.join(', ')}`;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return alternatives(issue);
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues[0]?.message ?? 'another name';
    default:
      return undefined;
  }
}

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

type Fields<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/**
 * Reads a value by a schema, or says of each part that does not fit: its path, what was expected,
 * what came.
 */
export function readFields<Schema extends z.ZodType>(
  where: string,
  schema: Schema,
  input: unknown,
): Fields<z.output<Schema>> {
  const unfit = unstorable(input);
  if (unfit !== null) {
    const { path, expected } = unfit;
    return { ok: false, problems: [{ field: [where, ...path].join('.'), expected }] };
  }
  const parsed = schema.safeParse(input, { error: expectationOf });
  if (parsed.success) return { ok: true, data: parsed.data };
  const problems = parsed.error.issues.slice(0, MOST_PROBLEMS).map((issue) => ({
    field: [where, ...issue.path].map(String).join('.'),
    expected: issue.message,
    got: valueAt(input, issue.path),
  }));
  return { ok: false, problems };
}

/** One problem as a sentence without its full stop. */
export const sayProblem = ({ field, expected, got }: FieldProblem): string =>
  `${field}: expected ${expected}${got === undefined ? '' : `, got ${got}`}`;
