import type { ObjectStore } from '@dubio/platform';
import type { TaskContext } from '../compute/task-context.js';
import { readCsv } from './csv.reader.js';
import { readIdx } from './idx.reader.js';
import { getImport, type ImportRow } from './import.repository.js';
import { type ImportBatch, type WritableItem, writeBatch } from './item-writer.js';
import { readJsonl } from './jsonl.reader.js';
import { keepPicture } from './picture-store.js';
import { type NewItem, RowBuilder } from './row-builder.js';
import {
  problem,
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
  return readZip({
    sizeBytes: head?.sizeBytes ?? 0,
    open: (start, end) => store.getStream(key, { start, end: end - 1 }),
  });
}

/** Groups records, skips those that an earlier run has written already. */
async function* batchesOf(
  reader: RecordReader,
  builder: RowBuilder,
  { row, context }: { row: ImportRow; context: TaskContext<ImportProgress> },
): AsyncGenerator<ImportBatch> {
  let seen = 0;
  let records = 0;
  let items: NewItem[] = [];
  let problems: RowProblem[] = [];
  const flush = async (): Promise<ImportBatch> => {
    const kept = await keepPictures(items, row.projectId, context.store);
    const batch = {
      items: kept.items,
      problems: [...problems, ...kept.problems],
      records,
      bytesDone: reader.bytesDone(),
    };
    records = 0;
    items = [];
    problems = [];
    return batch;
  };
  for await (const record of reader.records) {
    // The columns are learned from the first row, so rows written earlier are still built.
    const built = record.kind === 'problem' ? record : builder.build(record);
    if (seen++ < row.rowsRead) continue;
    records++;
    if ('kind' in built) problems.push(built);
    else items.push(built);
    const full = built && 'picture' in built && built.picture ? BATCH_PICTURES : BATCH_ROWS;
    if (records >= full) yield await flush();
  }
  if (records > 0) yield await flush();
}

async function keepPictures(
  items: readonly NewItem[],
  projectId: string,
  store: ObjectStore,
): Promise<{ items: WritableItem[]; problems: RowProblem[] }> {
  const kept = await Promise.all(
    items.map(async (item): Promise<WritableItem | RowProblem> => {
      const { picture, contentHash, ...rest } = item;
      if (picture === null) return { ...rest, contentHash: contentHash!, blobKey: null };
      try {
        const { png, contentHash: hash } = await keepPicture(picture);
        const name = hash.toString('hex');
        const blobKey = `projects/${projectId}/items/${name.slice(0, 2)}/${name}.png`;
        await store.put(blobKey, png);
        return { ...rest, contentHash: hash, blobKey };
      } catch (error) {
        if (isStoreFailure(error)) throw error;
        return problem(item.line, null, 'The picture is damaged or too large.', item.externalId);
      }
    }),
  );
  return {
    items: kept.filter((item): item is WritableItem => !('kind' in item)),
    problems: kept.filter((item): item is RowProblem => 'kind' in item),
  };
}

/** Errors of the file system carry a system call; those of a decoder do not. */
const isStoreFailure = (error: unknown): boolean =>
  error instanceof Error && ('syscall' in error || 'errno' in error);
