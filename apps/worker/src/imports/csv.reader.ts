import type { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { inWords, MOST_COLUMNS, MOST_ROW_LENGTH } from '../budgets/budgets.js';
import { openByteSource, splitHead } from './byte-source.js';
import {
  OverBudgetError,
  problem,
  type RecordReader,
  type SourceRecord,
  UnreadableSourceError,
} from './source-row.js';

export type CsvOptions = { readonly header: boolean; readonly delimiter?: string | undefined };

const DELIMITERS = [',', ';', '\t', '|'] as const;
const HEAD_BYTES = 65_536;
/** More of a row that does not fit is not shown anyway. */
const SAMPLE_CELLS = 120;
const NEW_LINE = 0x0a;

/** Reads CSV row by row; rows that do not fit are problems, not the end of the file. */
export async function readCsv(upload: Readable, options: CsvOptions): Promise<RecordReader> {
  const source = await openByteSource(upload);
  const { head, rest } = await splitHead(
    source.stream as AsyncIterable<Buffer>,
    (start) => start.includes(NEW_LINE) || start.length >= HEAD_BYTES,
  );
  const delimiter = options.delimiter ?? guessDelimiter(head.toString('utf8'));
  return {
    records: csvRecords(rest, delimiter, options.header),
    bytesDone: source.bytesDone,
  };
}

async function* csvRecords(
  stream: Readable,
  delimiter: string,
  header: boolean,
): AsyncGenerator<SourceRecord> {
  const skipped: CsvError[] = [];
  const parser = parse({
    delimiter,
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    info: true,
    // A quote inside a cell is part of it; strictly read, it would swallow the rows up to the next
    // one.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error) skipped.push(error);
      return undefined;
    },
    max_record_size: MOST_ROW_LENGTH,
  });
  stream.once('error', (cause) => parser.destroy(cause));
  stream.pipe(parser);
  let names: string[] | null = null;
  let count = 0;
  for await (const parsed of parser as AsyncIterable<ParsedRecord>) {
    yield* skippedProblems(skipped);
    const { record, info } = parsed;
    if (names === null) {
      if (record.length > MOST_COLUMNS) throw tooWide(record.length);
      names = header ? columnNames(record) : record.map((_, i) => `column${i + 1}`);
      if (header) continue;
    }
    count++;
    if (record.length !== names.length) {
      const reason = `Expected ${names.length} cells, got ${record.length}.`;
      yield problem(info.lines, null, reason, record.slice(0, SAMPLE_CELLS).join(delimiter));
      continue;
    }
    const cells: Record<string, string | null> = {};
    for (let i = 0; i < names.length; i++) {
      const value = record[i]!.trim();
      cells[names[i]!] = value === '' ? null : value;
    }
    yield { kind: 'row', line: info.lines, cells };
  }
  yield* skippedProblems(skipped);
  if (names === null || (count === 0 && skipped.length === 0 && names.length === 0)) {
    throw new UnreadableSourceError('The file is empty. Expected at least one row of values.');
  }
}

type ParsedRecord = { record: string[]; info: { lines: number } };

function* skippedProblems(skipped: CsvError[]): Generator<SourceRecord> {
  for (const error of skipped.splice(0)) {
    const line = typeof error.lines === 'number' ? error.lines : 0;
    yield problem(line, null, plainReason(error));
  }
}

function plainReason(error: CsvError): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'A quote is opened here and never closed; the rows behind it were not read.';
    case 'CSV_MAX_RECORD_SIZE':
      return `The row is longer than ${inWords(MOST_ROW_LENGTH)} characters.`;
    default:
      return 'The row cannot be read as CSV.';
  }
}

const tooWide = (columns: number): UnreadableSourceError =>
  new OverBudgetError(
    `The first row has ${inWords(columns)} columns, at most ${inWords(MOST_COLUMNS)} are taken. Leave out what need not be learned from.`,
  );

function columnNames(record: readonly string[]): string[] {
  const names = record.map((name, i) => (name.trim() === '' ? `column${i + 1}` : name.trim()));
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) {
    throw new UnreadableSourceError(
      `The header names the column "${twice}" twice. Give each column a name of its own.`,
    );
  }
  return names;
}

/** The delimiter that the first line has most of, outside quotes; a comma when there is none. */
export function guessDelimiter(head: string): string {
  const line = (head.split(/\r?\n/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  let best: string = ',';
  let most = 0;
  for (const candidate of DELIMITERS) {
    const count = line.split(candidate).length - 1;
    if (count > most) {
      best = candidate;
      most = count;
    }
  }
  return best;
}
