import type { Origin } from '@dubio/contracts';
import { publishEvent, type Queryable } from '@dubio/platform';
import { getLabellingProject } from './labelling-project.js';
import { lockQueueExclusive } from './locks.js';

/** One place of a queue; the order of the array is the order in which items are served. */
export type QueueEntryInput = {
  itemId: string;
  origin: Origin;
  score?: number | null;
  total?: number | null;
  aleatoric?: number | null;
  epistemic?: number | null;
  /** Share of the pool with less epistemic doubt, 0 to 1. */
  quantile?: number | null;
  predicted?: number | null;
  mean?: number | null;
  votes?: readonly number[] | null;
  /** How the item was drawn among those that were open then; null where chance had no part in it. */
  draw?: { chance: number; among: number } | null;
};

const CHUNK = 20_000;

async function insertChunk(
  tx: Queryable,
  at: { projectId: string; generation: number; after: number; overlap: number },
  entries: readonly QueueEntryInput[],
): Promise<void> {
  const column = <T>(pick: (entry: QueueEntryInput) => T) => entries.map(pick);
  await tx.query(
    `INSERT INTO queue_entry (project_id, generation, rank, item_id, origin, open_slots, score,
       total, aleatoric, epistemic, quantile, predicted, mean, votes, draw_chance, drawn_among)
     SELECT $1, $2, $3 + row_number() OVER (ORDER BY e.place), e.item_id, e.origin::"Origin", $4,
       e.score, e.total, e.aleatoric, e.epistemic, e.quantile, e.predicted, e.mean, e.votes::int[],
       e.draw_chance, e.drawn_among
     FROM unnest($5::uuid[], $6::text[], $7::float8[], $8::float8[], $9::float8[], $10::float8[],
       $11::float8[], $12::int[], $13::float8[], $14::text[], $15::float8[], $16::int[])
       WITH ORDINALITY AS e(item_id, origin, score, total, aleatoric, epistemic, quantile, predicted,
         mean, votes, draw_chance, drawn_among, place)
     JOIN item i ON i.id = e.item_id AND i.project_id = $1
     ON CONFLICT DO NOTHING`,
    [
      at.projectId,
      at.generation,
      at.after,
      at.overlap,
      column((e) => e.itemId),
      column((e) => e.origin),
      column((e) => e.score ?? null),
      column((e) => e.total ?? null),
      column((e) => e.aleatoric ?? null),
      column((e) => e.epistemic ?? null),
      column((e) => e.quantile ?? null),
      column((e) => e.predicted ?? null),
      column((e) => e.mean ?? null),
      column((e) => `{${(e.votes ?? []).join(',')}}`),
      column((e) => e.draw?.chance ?? null),
      column((e) => e.draw?.among ?? null),
    ],
  );
}

async function insertEntries(
  tx: Queryable,
  at: { projectId: string; generation: number; after: number; overlap: number },
  entries: readonly QueueEntryInput[],
): Promise<void> {
  for (let start = 0; start < entries.length; start += CHUNK) {
    const chunk = entries.slice(start, start + CHUNK);
    await insertChunk(tx, { ...at, after: at.after + start }, chunk);
  }
}

/** Closes or narrows the entries of items that are leased, answered, labelled or withdrawn by now. */
export async function settleOpenSlots(
  tx: Queryable,
  at: { projectId: string; generation: number; overlap: number },
): Promise<void> {
  await tx.query(
    `WITH leases AS (
       SELECT item_id, count(*) AS n FROM lease
       WHERE project_id = $1 AND ended_at IS NULL GROUP BY item_id),
     answers AS (
       SELECT a.item_id, count(*) AS n FROM annotation a
       WHERE a.project_id = $1 AND a.kind = 'answer' AND NOT a.extra
         AND NOT EXISTS (SELECT 1 FROM annotation s WHERE s.supersedes_id = a.id)
       GROUP BY a.item_id),
     left_pool AS (
       SELECT id AS item_id FROM item
       WHERE project_id = $1 AND split = 'pool' AND state <> 'pool'),
     touched AS (
       SELECT item_id FROM leases UNION SELECT item_id FROM answers
       UNION SELECT item_id FROM left_pool)
     UPDATE queue_entry q SET open_slots = CASE
       WHEN l.item_id IS NOT NULL THEN 0
       ELSE greatest(0, $3::int - coalesce(a.n, 0) - coalesce(s.n, 0)) END
     FROM touched t
     LEFT JOIN left_pool l USING (item_id)
     LEFT JOIN answers a USING (item_id)
     LEFT JOIN leases s USING (item_id)
     WHERE q.project_id = $1 AND q.generation = $2 AND q.item_id = t.item_id`,
    [at.projectId, at.generation, at.overlap],
  );
}

/**
 * Writes a queue and takes it into use, in the caller's transaction. Call it before the transaction
 * locks other rows of the project.
 *
 * Generation n > 0 is the queue of round n. One that is in use or older than the one in use is left
 * alone, so a second run changes nothing; false is answered then. Generation 0 is the cold start:
 * entries of a later import are appended behind the earlier ones.
 *
 * Nothing leased moves: leases stay with their holders, and the new entries of leased or answered
 * items open only as many slots as their items still need. Nobody leases or answers between that
 * count and the commit.
 */
export async function publishQueue(
  tx: Queryable,
  projectId: string,
  generation: number,
  entries: readonly QueueEntryInput[],
): Promise<boolean> {
  const before = await getLabellingProject(tx, projectId);
  const { overlap } = before.policies;
  const coldStart = generation === 0;
  if (before.generation > generation) return false;
  if (!coldStart) {
    if (before.generation === generation) return false;
    await tx.query('DELETE FROM queue_entry WHERE project_id = $1 AND generation = $2', [
      projectId,
      generation,
    ]);
    // Nobody reads a generation that is not in use: this may take its time.
    await insertEntries(tx, { projectId, generation, after: 0, overlap }, entries);
  }
  await lockQueueExclusive(tx, projectId);
  const project = await getLabellingProject(tx, projectId);
  if (project.generation > generation || (!coldStart && project.generation === generation)) {
    return false;
  }
  if (coldStart) {
    const { rows } = await tx.query<{ last: number }>(
      `SELECT coalesce(max(rank), 0) AS last FROM queue_entry
       WHERE project_id = $1 AND generation = 0`,
      [projectId],
    );
    await insertEntries(tx, { projectId, generation, after: rows[0]?.last ?? 0, overlap }, entries);
  }
  await settleOpenSlots(tx, { projectId, generation, overlap: project.policies.overlap });
  await tx.query('UPDATE project SET generation = $2 WHERE id = $1', [projectId, generation]);
  // The one before stays: leases given out from it still show their figures.
  await tx.query(
    `DELETE FROM queue_entry WHERE project_id = $1 AND generation < $2 AND generation <> $3`,
    [projectId, generation, project.generation],
  );
  await publishEvent(tx, projectId, {
    type: 'queue.published',
    generation,
    roundNumber: coldStart ? null : generation,
    size: entries.length,
  });
  return true;
}
