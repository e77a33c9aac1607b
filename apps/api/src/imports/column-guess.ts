import type { ColumnRole, ItemKind } from '@dubio/contracts';
import type { z } from 'zod';

type Role = z.infer<typeof ColumnRole>;
export type ColumnKind = 'number' | 'text' | 'category' | 'date' | 'empty';

export type ColumnGuess = {
  name: string;
  samples: string[];
  role: Role;
  kind: ColumnKind;
  unique: boolean;
  emptyShare: number;
  distinct: string[];
};

const ANSWER_NAMES = new Set(['answer', 'label', 'class', 'target']);
const ID_NAMES = new Set(['id', 'external_id', 'external-id', 'externalid', 'key', 'uuid']);
const TEXT_NAMES = new Set(['text', 'sentence', 'message', 'content', 'body', 'review']);
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?/;

const SAMPLES = 5;
const DISTINCT_SHOWN = 50;
const MOST_CATEGORIES = 30;
const LONG_TEXT = 30;
const LONGEST_SAMPLE = 200;

function kindOf(filled: readonly string[], distinct: ReadonlySet<string>): ColumnKind {
  if (filled.length === 0) return 'empty';
  if (filled.every((value) => NUMBER.test(value))) return 'number';
  if (filled.every((value) => DATE.test(value))) return 'date';
  const length = filled.reduce((sum, value) => sum + value.length, 0) / filled.length;
  const few = distinct.size <= Math.min(MOST_CATEGORIES, Math.max(2, filled.length / 2));
  return few && length < LONG_TEXT ? 'category' : 'text';
}

function roleOf(name: string, kind: ColumnKind, unique: boolean): Role {
  const low = name.toLowerCase();
  if (ANSWER_NAMES.has(low)) return 'answer';
  if (ID_NAMES.has(low) && unique) return 'external-id';
  if (low === 'split') return 'split';
  if (TEXT_NAMES.has(low) && kind === 'text') return 'text';
  if (kind === 'empty') return 'ignored';
  return kind === 'number' || kind === 'category' ? 'feature' : 'shown';
}

const short = (value: string) => value.slice(0, LONGEST_SAMPLE);

function guessColumn(name: string, values: readonly string[]): ColumnGuess {
  const filled = values.filter((value) => value !== '');
  const distinct = new Set(filled);
  const kind = kindOf(filled, distinct);
  const unique = filled.length === values.length && distinct.size === values.length;
  return {
    name,
    samples: [...distinct].slice(0, SAMPLES).map(short),
    role: roleOf(name, kind, unique),
    kind,
    unique,
    emptyShare: values.length === 0 ? 0 : 1 - filled.length / values.length,
    distinct: distinct.size <= DISTINCT_SHOWN ? [...distinct].sort().map(short) : [],
  };
}

const isLong = (column: ColumnGuess) =>
  column.samples.reduce((sum, value) => sum + value.length, 0) / column.samples.length >= LONG_TEXT;

/**
 * Guesses what each column is for. Text is what a project of texts labels; where there is none,
 * rows of numbers and categories are.
 */
export function guessColumns(
  names: readonly string[],
  records: readonly (readonly string[])[],
): { columns: ColumnGuess[]; itemKind: ItemKind } {
  const columns = names.map((name, index) =>
    guessColumn(
      name,
      records.map((record) => record[index] ?? ''),
    ),
  );
  const features = columns.filter((column) => column.role === 'feature');
  const named = columns.find((column) => column.role === 'text');
  const long = columns.find((column) => column.kind === 'text' && isLong(column));
  const text = named ?? (features.length <= 1 ? long : undefined);
  if (text === undefined) return { columns, itemKind: 'table' };
  return {
    columns: columns.map((column) => {
      if (column === text) return { ...column, role: 'text' as const };
      // A network that reads text does not read the other columns; people may see them.
      return column.role === 'feature' || column.role === 'text'
        ? { ...column, role: 'shown' as const }
        : column;
    }),
    itemKind: 'text',
  };
}
