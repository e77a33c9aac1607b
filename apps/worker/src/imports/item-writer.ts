import type { Answer } from '@dubio/contracts';
import {
  type Database,
  db,
  execute,
  findRow,
  listRows,
  newId,
  type Queryable,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';
import { MOST_LISTED_PROBLEMS } from '../budgets/budgets.js';
import type { Split } from './row-builder.js';
import type { RowProblem } from './source-row.js';

/** An item ready for its row. */
export type WritableItem = {
  readonly line: number;
  readonly externalId: string;
  readonly split: Split;
  /** JSON. */
  readonly payload: string;
  readonly answer: Answer | null;
  readonly contentHash: Buffer;
  readonly blobKey: string | null;
};

export type ImportBatch = {
  readonly items: readonly WritableItem[];
  readonly problems: readonly RowProblem[];
  /** Records of the source that this batch uses up, good and bad. */
  readonly records: number;
  readonly bytesDone: number;
};

/** Another worker has taken the import over; what this one holds must not be written. */
export class LostImportError extends Error {
  override readonly name = 'LostImportError';
}

/**
 * Writes one batch and the place in the source in one transaction, so that a second run goes on
 * exactly behind it. Ordinals are given under the lock of the project: without gaps, whatever else
 * is imported meanwhile.
 * @see docs/decisions/0043
 */
export async function writeBatch(
  database: Database,
  owner: { importId: string; projectId: string; claimToken: string },
  batch: ImportBatch,
): Promise<void> {
  await database.transaction(async (tx) => {
    const project = await findRow(
      tx,
      db
        .selectFrom('project')
        .select('next_ordinal as next')
        .where('id', '=', owner.projectId)
        .forNoKeyUpdate(),
    );
    if (project === null) throw new LostImportError('The project was deleted.');
    const added = await insertItems(tx, owner.projectId, project.next, batch.items);
    const written = await execute(
      tx,
      db
        .updateTable('import')
        .set((old) => ({
          rows_read: old('rows_read', '+', batch.records),
          rows_added: old('rows_added', '+', added.length),
          rows_duplicate: old('rows_duplicate', '+', batch.items.length - added.length),
          rows_bad: old('rows_bad', '+', batch.problems.length),
          bytes_done: batch.bytesDone,
          heartbeat_at: sql`now()`,
        }))
        .where('id', '=', owner.importId)
        .where('claim_token', '=', owner.claimToken)
        .where('state', '=', 'running'),
    );
    if (written !== 1) throw new LostImportError('The import was cancelled or taken over.');
    await insertLabels(tx, owner.projectId, added);
    await execute(
      tx,
      db
        .updateTable('project')
        .set((old) => ({ next_ordinal: old('next_ordinal', '+', added.length) }))
        .where('id', '=', owner.projectId),
    );
    await insertProblems(tx, owner, batch.problems);
  });
}

const item = table('item');
const i = table('item', 'i');
const label = table('label');
const problem = table('import_problem');

/**
 * Whether a project has neither the name nor the content of a source row `s`. The project is
 * compared in a way that no index serves: statistics say nothing of a project that is being
 * imported, and an index that begins with it would seem as good as those that begin with name and
 * content.
 */
export const isNew = (projectId: string) => sql<boolean>`
  NOT EXISTS (SELECT 1 FROM ${i}
    WHERE ${i.external_id} = s.external_id AND (${i.project_id} = ${projectId}) IS TRUE OFFSET 0)
  AND NOT EXISTS (SELECT 1 FROM ${i}
    WHERE ${i.content_hash} = decode(s.hash, 'hex')
      AND (${i.project_id} = ${projectId}) IS TRUE OFFSET 0)`;

type Added = { readonly id: string; readonly answer: Answer | null };

async function insertItems(
  tx: Queryable,
  projectId: string,
  nextOrdinal: number,
  items: readonly WritableItem[],
): Promise<Added[]> {
  const fresh = withoutTwins(items);
  if (fresh.length === 0) return [];
  const ids = fresh.map(() => newId());
  const rows = await listRows(
    tx,
    query`WITH source AS (
        SELECT * FROM unnest(${ids}::uuid[], ${fresh.map((one) => one.externalId)}::text[],
            ${fresh.map((one) => one.contentHash.toString('hex'))}::text[],
            ${fresh.map((one) => one.split)}::text[], ${fresh.map((one) => one.payload)}::text[],
            ${fresh.map((one) => one.blobKey)}::text[],
            ${fresh.map((one) => one.answer !== null)}::bool[])
          WITH ORDINALITY AS s(id, external_id, hash, split, payload, blob_key, labelled, place)
      ), fresh AS (
        SELECT s.*, (row_number() OVER (ORDER BY place) - 1)::int AS step FROM source s
         WHERE ${isNew(projectId)}
      ), inserted AS (
        INSERT INTO ${item} (${item.id}, ${item.project_id}, ${item.ordinal}, ${item.external_id},
          ${item.content_hash}, ${item.split}, ${item.state}, ${item.payload}, ${item.blob_key})
        SELECT id, ${projectId}::uuid, ${nextOrdinal}::int + step, external_id, decode(hash, 'hex'),
               split::"Split", (CASE WHEN labelled THEN 'labelled' ELSE 'pool' END)::"ItemState",
               payload::json, blob_key
          FROM fresh
      )
      SELECT ${row({ place: sql<number>`place::int` })} FROM fresh ORDER BY place`,
  );
  return rows.map(({ place }) => {
    const { answer } = fresh[place - 1]!;
    return { id: ids[place - 1]!, answer };
  });
}

/** Of items with the same name or the same content inside one batch, the first stays. */
function withoutTwins(items: readonly WritableItem[]): WritableItem[] {
  const names = new Set<string>();
  const hashes = new Set<string>();
  return items.filter((item) => {
    const hash = item.contentHash.toString('latin1');
    if (names.has(item.externalId) || hashes.has(hash)) return false;
    names.add(item.externalId);
    hashes.add(hash);
    return true;
  });
}

/** Known answers become labels; they are counted once the features of their items are there. */
async function insertLabels(
  tx: Queryable,
  projectId: string,
  added: readonly Added[],
): Promise<void> {
  const answered = added.filter((item) => item.answer !== null);
  if (answered.length === 0) return;
  await execute(
    tx,
    query`INSERT INTO ${label} (${label.item_id}, ${label.project_id}, ${label.answer},
        ${label.confidence}, ${label.annotations}, ${label.source})
      SELECT id, ${projectId}::uuid, answer::jsonb, 1, 0, 'import'
        FROM unnest(${answered.map(({ id }) => id)}::uuid[],
          ${answered.map(({ answer }) => JSON.stringify(answer))}::text[]) AS l(id, answer)
      ON CONFLICT (${label.item_id}) DO NOTHING`,
  );
}

async function insertProblems(
  tx: Queryable,
  owner: { importId: string; projectId: string },
  problems: readonly RowProblem[],
): Promise<void> {
  if (problems.length === 0) return;
  const listed = sql`(SELECT count(*) FROM ${problem}
    WHERE ${problem.import_id} = ${owner.importId})`;
  await execute(
    tx,
    query`INSERT INTO ${problem} (${problem.project_id}, ${problem.import_id}, ${problem.line},
        ${problem.field}, ${problem.reason}, ${problem.sample})
      SELECT ${owner.projectId}::uuid, ${owner.importId}::uuid, line, field, reason, sample
        FROM unnest(${problems.map((one) => one.line)}::int[],
            ${problems.map((one) => one.field)}::text[],
            ${problems.map((one) => one.reason)}::text[],
            ${problems.map((one) => one.sample?.replaceAll('\u0000', '') ?? null)}::text[])
          AS p(line, field, reason, sample)
       LIMIT greatest(0, ${MOST_LISTED_PROBLEMS} - ${listed})`,
  );
}
