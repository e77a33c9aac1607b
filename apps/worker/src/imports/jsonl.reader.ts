import type { Readable } from 'node:stream';
import { unstorable } from '@dubio/contracts';
import { inWords, MOST_COLUMNS, MOST_ROW_LENGTH } from '../budgets/budgets.js';
import type { Cell } from '../features/item-content.js';
import { openByteSource } from './byte-source.js';
import { problem, type RecordReader, type SourceRecord } from './source-row.js';

const NEW_LINE = 0x0a;

/** Reads one JSON object a line. Lists of numbers become one cell each: `x` -> `x.0`, `x.1`, … */
export async function readJsonl(upload: Readable): Promise<RecordReader> {
  const source = await openByteSource(upload);
  return { records: jsonRecords(source.stream), bytesDone: source.bytesDone };
}

async function* jsonRecords(stream: Readable): AsyncGenerator<SourceRecord> {
  let line = 0;
  for await (const bytes of linesOf(stream)) {
    line++;
    if (bytes === null) {
      yield problem(line, null, `The line is longer than ${inWords(MOST_ROW_LENGTH)} bytes.`);
      continue;
    }
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    if (text.trim() !== '') yield parseLine(text, line);
  }
}

/** Lines as bytes; null stands for a line that is too long to hold. */
async function* linesOf(stream: Readable): AsyncGenerator<Buffer | null> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  const take = (): Buffer | null => {
    const line = heldBytes > MOST_ROW_LENGTH ? null : Buffer.concat(held);
    held = [];
    heldBytes = 0;
    return line;
  };
  const hold = (part: Buffer) => {
    heldBytes += part.length;
    if (heldBytes <= MOST_ROW_LENGTH) held.push(part);
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, start)) {
      hold(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  }
  if (heldBytes > 0) yield take();
}

function parseLine(text: string, line: number): SourceRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return problem(line, null, 'The line is not JSON. Expected one object a line.', text);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return problem(line, null, 'Expected an object with named values.', text);
  }
  const values = Object.values(value);
  const width = values.reduce((sum, one) => sum + (Array.isArray(one) ? one.length : 1), 0);
  if (width > MOST_COLUMNS) {
    const reason = `The row has ${inWords(width)} values, at most ${inWords(MOST_COLUMNS)} are taken. Leave out what need not be learned from.`;
    return problem(line, null, reason, text);
  }
  const cells: Record<string, Cell> = {};
  for (const [key, item] of Object.entries(value)) {
    const reason = putCell(cells, key, item);
    if (reason !== null) return refused(line, key, reason, value);
  }
  return { kind: 'row', line, cells };
}

/** What can be stored nowhere is named but not shown: levels without end would end who writes them. */
function refused(line: number, key: string, reason: string, value: object): SourceRecord {
  const unfit = unstorable(value);
  if (unfit !== null) return problem(line, unfit.path[0] ?? null, `Expected ${unfit.expected}.`);
  const item: unknown = Reflect.get(value, key);
  return problem(line, key, reason, JSON.stringify(item));
}

function putCell(cells: Record<string, Cell>, key: string, item: unknown): string | null {
  if (item === null || typeof item === 'string' || typeof item === 'number') {
    cells[key] = item === '' ? null : item;
    return null;
  }
  if (typeof item === 'boolean') {
    cells[key] = item ? 'true' : 'false';
    return null;
  }
  if (Array.isArray(item) && item.every((part) => typeof part === 'number')) {
    for (let i = 0; i < item.length; i++) cells[`${key}.${i}`] = item[i] as number;
    return null;
  }
  return 'Expected a text, a number, true, false, null or a list of numbers.';
}
