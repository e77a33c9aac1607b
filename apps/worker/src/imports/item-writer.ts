import type { Answer } from '@dubio/contracts';
import { type Database, newId, type Queryable } from '@dubio/platform';
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

/** Beyond this many, problems are counted and not listed. */
const MAX_LISTED_PROBLEMS = 10_000;

/**
 * Writes one batch and the place in the source in one transaction, so that a second run goes on exactly behind
 * it. Ordinals are given under the lock of the project: without gaps, whatever else is imported meanwhile.
 * @see docs/decisions/0043
 */
export async function writeBatch(
  database: Database,
  owner: { importId: string; projectId: string; claimToken: string },
  batch: ImportBatch,
): Promise<void> {
  await database.transaction(async (client) => {
    const tx = client as Queryable;
    const project = await tx.query<{ next_ordinal: number }>(
      'SELECT next_ordinal FROM project WHERE id = $1 FOR NO KEY UPDATE',
      [owner.projectId],
    );
    const next = project.rows[0]?.next_ordinal;
    if (next === undefined) throw new LostImportError('The project was deleted.');
    const added = await insertItems(tx, owner.projectId, next, batch.items);
    const { rowCount } = await tx.query(
      `UPDATE import SET rows_read = rows_read + $3, rows_added = rows_added + $4,
              rows_duplicate = rows_duplicate + $5, rows_bad = rows_bad + $6, bytes_done = $7,
              heartbeat_at = now()
        WHERE id = $1 AND claim_token = $2 AND state = 'running'`,
      [
        owner.importId,
        owner.claimToken,
        batch.records,
        added.length,
        batch.items.length - added.length,
        batch.problems.length,
        batch.bytesDone,
      ],
    );
    if (rowCount !== 1) throw new LostImportError('The import was cancelled or taken over.');
    await insertLabels(tx, owner.projectId, added);
    await tx.query('UPDATE project SET next_ordinal = next_ordinal + $2 WHERE id = $1', [
      owner.projectId,
      added.length,
    ]);
    await insertProblems(tx, owner, batch.problems);
  });
}

/**
 * Whether a project ($1) has neither the name nor the content of a source row `s`. The project is compared
 * in a way that no index serves: statistics say nothing of a project that is being imported, and an index
 * that begins with it would seem as good as those that begin with name and content.
 */
export const IS_NEW = `
  NOT EXISTS (SELECT 1 FROM item i
    WHERE i.external_id = s.external_id AND (i.project_id = $1) IS TRUE OFFSET 0)
  AND NOT EXISTS (SELECT 1 FROM item i
    WHERE i.content_hash = decode(s.hash, 'hex') AND (i.project_id = $1) IS TRUE OFFSET 0)`;

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
  const { rows } = await tx.query<{ place: number }>(
    `WITH source AS (
       SELECT * FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bool[])
         WITH ORDINALITY AS s(id, external_id, hash, split, payload, blob_key, labelled, place)
     ), fresh AS (
       SELECT s.*, (row_number() OVER (ORDER BY place) - 1)::int AS step FROM source s
        WHERE ${IS_NEW}
     ), inserted AS (
       INSERT INTO item (id, project_id, ordinal, external_id, content_hash, split, state, payload, blob_key)
       SELECT id, $1, $2::int + step, external_id, decode(hash, 'hex'), split::"Split",
              (CASE WHEN labelled THEN 'labelled' ELSE 'pool' END)::"ItemState", payload::json, blob_key
         FROM fresh
     )
     SELECT place::int AS place FROM fresh ORDER BY place`,
    [
      projectId,
      nextOrdinal,
      ids,
      fresh.map((item) => item.externalId),
      fresh.map((item) => item.contentHash.toString('hex')),
      fresh.map((item) => item.split),
      fresh.map((item) => item.payload),
      fresh.map((item) => item.blobKey),
      fresh.map((item) => item.answer !== null),
    ],
  );
  return rows.map(({ place }) => {
    const item = fresh[place - 1]!;
    return { id: ids[place - 1]!, answer: item.answer };
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
  await tx.query(
    `INSERT INTO label (item_id, project_id, answer, confidence, annotations, source)
     SELECT id, $1, answer::jsonb, 1, 0, 'import' FROM unnest($2::uuid[], $3::text[]) AS l(id, answer)
     ON CONFLICT (item_id) DO NOTHING`,
    [
      projectId,
      answered.map((item) => item.id),
      answered.map((item) => JSON.stringify(item.answer)),
    ],
  );
}

async function insertProblems(
  tx: Queryable,
  owner: { importId: string; projectId: string },
  problems: readonly RowProblem[],
): Promise<void> {
  if (problems.length === 0) return;
  await tx.query(
    `INSERT INTO import_problem (project_id, import_id, line, field, reason, sample)
     SELECT $1, $2, line, field, reason, sample
       FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) AS p(line, field, reason, sample)
      LIMIT greatest(0, $7 - (SELECT count(*) FROM import_problem WHERE import_id = $2))`,
    [
      owner.projectId,
      owner.importId,
      problems.map((row) => row.line),
      problems.map((row) => row.field),
      problems.map((row) => row.reason),
      problems.map((row) => row.sample?.replaceAll('\u0000', '') ?? null),
      MAX_LISTED_PROBLEMS,
    ],
  );
}
