import { AppError, type api } from '@dubio/contracts';
import type { EndpointCall, EndpointResult } from '../frame/call.js';
import { guessColumns } from './column-guess.js';
import { guessDelimiter, parseCsvHead } from './csv-head.js';

type Input = EndpointCall<typeof api.imports.preview>['body'];
type Preview = EndpointResult<typeof api.imports.preview>;

const HEAD_LIMIT = 262_144;
const ROWS_SHOWN = 20;
const BYTE_ORDER_MARK = '\uFEFF';
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

const unreadable = (message: string) => new AppError('import.unreadable', message);

/** A first line without numbers and without repetitions names the columns. */
function looksLikeHeader(first: readonly string[]): boolean {
  const names = first.map((name) => name.trim());
  return (
    names.every((name) => name !== '' && !NUMBER.test(name)) && new Set(names).size === names.length
  );
}

function toPreview(
  names: string[],
  records: string[][],
  source: { delimiter: string | null; header: boolean },
): Preview {
  const { columns, itemKind } = guessColumns(names, records);
  const preview = records
    .slice(0, ROWS_SHOWN)
    .map((record) => Object.fromEntries(names.map((name, index) => [name, record[index] ?? ''])));
  return { ...source, rows: records.length, columns, itemKind, preview };
}

function previewCsv(input: Input): Preview {
  const text = input.head.startsWith(BYTE_ORDER_MARK) ? input.head.slice(1) : input.head;
  const delimiter = input.delimiter ?? guessDelimiter(text);
  const records = parseCsvHead(text, delimiter, text.length < HEAD_LIMIT - 1);
  const first = records[0];
  if (first === undefined) throw unreadable('Expected at least one complete line, got none.');
  const header = input.header ?? looksLikeHeader(first);
  const names = header
    ? first.map((name) => name.trim())
    : first.map((_, index) => `column${index + 1}`);
  return toPreview(names, header ? records.slice(1) : records, { delimiter, header });
}

const cellText = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

function previewJsonl(input: Input): Preview {
  const lines = input.head.split('\n');
  // The last line may have been cut.
  if (input.head.length >= HEAD_LIMIT - 1) lines.pop();
  const rows: Record<string, unknown>[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    try {
      const row: unknown = JSON.parse(line);
      if (typeof row !== 'object' || row === null || Array.isArray(row)) throw new Error('shape');
      rows.push(row as Record<string, unknown>);
    } catch {
      throw unreadable(`Line ${index + 1}: expected one JSON object a line.`);
    }
  }
  if (rows.length === 0) throw unreadable('Expected at least one complete line, got none.');
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const records = rows.map((row) => names.map((name) => cellText(row[name])));
  return toPreview(names, records, { delimiter: null, header: true });
}

/** @throws AppError import.unreadable, naming the line */
export function previewSource(input: Input): Preview {
  return input.kind === 'csv' ? previewCsv(input) : previewJsonl(input);
}
