import type { Readable } from 'node:stream';
import { inWords, MOST_COLUMNS, MOST_RECORD_BYTES } from '../budgets/budgets.js';
import type { Cell } from '../features/item-content.js';
import { ByteCursor, openByteSource } from './byte-source.js';
import {
  OverBudgetError,
  type RecordReader,
  type SourceRecord,
  UnreadableSourceError,
} from './source-row.js';

const UNSIGNED_BYTE = 0x08;
const FLOAT = 0x0d;
/** The cell that carries the answer of the second file. */
export const IDX_ANSWER = 'answer';

type IdxHeader = { readonly type: number; readonly sizes: readonly number[] };

/**
 * Reads IDX (big-endian header, raw values after): bytes of rank 3 or 4 are pictures, rank 2 are
 * rows of numbers. A labels file of rank 1 runs along beside it.
 */
export async function readIdx(upload: Readable, labels: Readable | null): Promise<RecordReader> {
  const source = await openByteSource(upload);
  const items = new ByteCursor(source.stream);
  const header = await readHeader(items, 'the file');
  const answers = labels === null ? null : await openAnswers(labels, header.sizes[0]!);
  return { records: idxRecords(items, header, answers), bytesDone: source.bytesDone };
}

async function* idxRecords(
  items: ByteCursor,
  header: IdxHeader,
  answers: ByteCursor | null,
): AsyncGenerator<SourceRecord> {
  const [count = 0, ...shape] = header.sizes;
  const valueBytes = header.type === FLOAT ? 4 : 1;
  const recordBytes = shape.reduce((product, size) => product * size, valueBytes);
  if (recordBytes === 0 || recordBytes > MOST_RECORD_BYTES) {
    throw new UnreadableSourceError(
      `A record of shape [${shape.join(', ')}] cannot be taken: expected 1 to ${inWords(MOST_RECORD_BYTES)} bytes.`,
    );
  }
  const channels = shape.length === 3 ? shape[2] : 1;
  const isPicture = shape.length >= 2;
  const columns = recordBytes / valueBytes;
  if (!isPicture && columns > MOST_COLUMNS) {
    throw new OverBudgetError(
      `A row has ${inWords(columns)} values, at most ${inWords(MOST_COLUMNS)} are taken. Leave out what need not be learned from.`,
    );
  }
  if (isPicture && (header.type !== UNSIGNED_BYTE || (channels !== 1 && channels !== 3))) {
    throw new UnreadableSourceError(
      `Pictures must be unsigned bytes of shape [height, width] or [height, width, 1 or 3], got [${shape.join(', ')}].`,
    );
  }
  for (let i = 0; i < count; i++) {
    const bytes = await items.take(recordBytes, `record ${i + 1} of ${count}`);
    if (bytes === null) {
      throw new UnreadableSourceError(
        `The header promises ${count} records, the file ends after ${i}. Upload it again.`,
      );
    }
    const cells: Record<string, Cell> = isPicture ? {} : numbersOf(bytes, header.type);
    const answer = await answers?.take(1, `label ${i + 1} of ${count}`);
    if (answer) cells[IDX_ANSWER] = answer[0]!;
    const base = { kind: 'row', line: i + 1, cells } as const;
    if (!isPicture) yield base;
    else {
      const [height = 1, width = 1] = shape;
      const raw = {
        encoding: 'raw',
        bytes,
        width,
        height,
        channels: channels === 3 ? 3 : 1,
      } as const;
      yield { ...base, picture: raw };
    }
  }
}

function numbersOf(bytes: Buffer, type: number): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  const step = type === FLOAT ? 4 : 1;
  for (let at = 0; at < bytes.length; at += step) {
    cells[`x.${at / step}`] = type === FLOAT ? bytes.readFloatBE(at) : bytes[at]!;
  }
  return cells;
}

async function openAnswers(labels: Readable, expected: number): Promise<ByteCursor> {
  const cursor = new ByteCursor((await openByteSource(labels)).stream);
  const { type, sizes } = await readHeader(cursor, 'the labels file');
  if (type !== UNSIGNED_BYTE || sizes.length !== 1) {
    throw new UnreadableSourceError(
      `The labels file must hold one unsigned byte an item, got rank ${sizes.length}.`,
    );
  }
  if (sizes[0] !== expected) {
    throw new UnreadableSourceError(
      `The labels file has ${sizes[0]} labels for ${expected} items. Upload the file that belongs to them.`,
    );
  }
  return cursor;
}

async function readHeader(cursor: ByteCursor, what: string): Promise<IdxHeader> {
  const magic = await cursor.take(4, `the header of ${what}`);
  const type = magic?.[2];
  const rank = magic?.[3];
  const isIdx = magic !== null && magic[0] === 0 && magic[1] === 0;
  if (!isIdx || (type !== UNSIGNED_BYTE && type !== FLOAT) || rank === undefined) {
    throw new UnreadableSourceError(
      `${what} is not IDX of unsigned bytes or floats. It must begin with 00 00 08 or 00 00 0d.`,
    );
  }
  if (rank < 1 || rank > 4) {
    throw new UnreadableSourceError(`${what} has ${rank} dimensions, expected 1 to 4.`);
  }
  const bytes = await cursor.take(4 * rank, `the header of ${what}`);
  if (bytes === null) throw new UnreadableSourceError(`${what} ends inside its header.`);
  return { type, sizes: Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 * i)) };
}
