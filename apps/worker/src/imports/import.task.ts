import type { ObjectStore } from '@dubio/platform';
import { BATCH_BYTES, inWords, MOST_BAD_ROWS, MOST_ROWS } from '../budgets/budgets.js';
import type { TaskContext } from '../compute/task-context.js';
import { readCsv } from './csv.reader.js';
import { readIdx } from './idx.reader.js';
import { getImport, type ImportRow } from './import.repository.js';
import { type ImportBatch, writeBatch } from './item-writer.js';
import { readJsonl } from './jsonl.reader.js';
import { keepPictures } from './keep-pictures.js';
import { type NewItem, RowBuilder } from './row-builder.js';
import {
  OverBudgetError,
  type RecordReader,
  type RowProblem,
  UnreadableSourceError,
} from './source-row.js';
import { readZip } from './zip.reader.js';

export type ImportRequest = {
  readonly importId: string;
  readonly projectId: string;
  readonly claimToken: string;
};
export type ImportProgress = { readonly bytesDone: number };
export type ImportResult = { readonly unreadable: string | null };

const BATCH_ROWS = 1000;
/** Pictures held decoded at a time. */
const BATCH_PICTURES = 64;

/** Reads the upload from where the row says, and writes batch after batch. */
export async function runImport(
  request: ImportRequest,
  context: TaskContext<ImportProgress>,
): Promise<ImportResult> {
  const database = context.database();
  const row = await getImport(database.pool, request.importId);
  if (row.contentKey === null) return { unreadable: 'The bytes of this import have not arrived.' };
  const label = row.sameNameBefore === 0 ? row.fileName : `${row.fileName}~${row.sameNameBefore}`;
  const builder = new RowBuilder(row, (line) => `${label}#${line}`.slice(-255));
  try {
    const reader = await openReader(row, context.store);
    // The next batch is read while the database writes this one.
    let written: Promise<void> = Promise.resolve();
    for await (const batch of batchesOf(reader, builder, { row, context })) {
      await written;
      context.signal.throwIfAborted();
      written = writeBatch(database, request, batch).then(() =>
        context.report({ bytesDone: batch.bytesDone }),
      );
      // Awaited at the next batch; until then a failure is not unheard of.
      written.catch(() => {});
    }
    await written;
  } catch (error) {
    if (error instanceof OverBudgetError) {
      const before = 'What came before it is in.';
      return { unreadable: `${row.fileName}: ${error.message} ${before}` };
    }
    if (error instanceof UnreadableSourceError) return { unreadable: error.message };
    throw error;
  }
  return { unreadable: null };
}

async function openReader(row: ImportRow, store: ObjectStore): Promise<RecordReader> {
  const key = row.contentKey!;
  const { kind, header, delimiter } = row.options;
  if (kind === 'csv') return readCsv(await store.getStream(key), { header, delimiter });
  if (kind === 'jsonl') return readJsonl(await store.getStream(key));
  if (kind === 'idx') {
    const labels = row.labelsKey === null ? null : await store.getStream(row.labelsKey);
    return readIdx(await store.getStream(key), labels);
  }
  const head = await store.head(key);
  const file = {
    sizeBytes: head?.sizeBytes ?? 0,
    open: (start: number, end: number) => store.getStream(key, { start, end: end - 1 }),
  };
  return readZip(file, row.rowsRead);
}

/**
 * Groups records, skips those that an earlier run has written already.
 * @throws OverBudgetError once everything before it has been given
 */
async function* batchesOf(
  reader: RecordReader,
  builder: RowBuilder,
  { row, context }: { row: ImportRow; context: TaskContext<ImportProgress> },
): AsyncGenerator<ImportBatch> {
  let seen = 0;
  let bad = row.rowsBad;
  let held = emptyBatch();
  const flush = async (): Promise<ImportBatch> => {
    const { items, problems, records } = held;
    held = emptyBatch();
    const kept = await keepPictures(items, row.projectId, context.store);
    bad += kept.problems.length;
    return {
      items: kept.items,
      problems: [...problems, ...kept.problems],
      records,
      bytesDone: reader.bytesDone(),
    };
  };
  try {
    for await (const record of reader.records) {
      if (seen >= MOST_ROWS) throw tooManyRows();
      // The columns are learned from the first row, so rows written earlier are still built.
      const built = record.kind === 'problem' ? record : builder.build(record);
      if (seen++ < row.rowsRead) continue;
      held.records++;
      if ('kind' in built) {
        held.problems.push(built);
        bad++;
      } else {
        held.items.push(built);
        held.bytes += built.payload.length + (built.picture?.bytes.length ?? 0);
      }
      const full = 'picture' in built && built.picture ? BATCH_PICTURES : BATCH_ROWS;
      if (held.records >= full || held.bytes >= BATCH_BYTES) yield await flush();
      if (bad > MOST_BAD_ROWS) throw tooManyBadRows(record.line);
    }
  } catch (error) {
    if (!(error instanceof OverBudgetError)) throw error;
    if (held.records > 0) yield await flush();
    throw error;
  }
  if (held.records > 0) yield await flush();
}

const emptyBatch = () => ({
  items: [] as NewItem[],
  problems: [] as RowProblem[],
  records: 0,
  bytes: 0,
});

const tooManyRows = () =>
  new OverBudgetError(
    `It has more than ${inWords(MOST_ROWS)} rows; that is the most of one file. Split it and import the rest by itself.`,
  );

const tooManyBadRows = (line: number) =>
  new OverBudgetError(
    `More than ${inWords(MOST_BAD_ROWS)} of its rows cannot be taken, up to row ${inWords(line)}: that is the most of one file. The first are listed with their reasons; mend them and import it again.`,
  );
