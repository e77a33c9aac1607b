import type { Origin } from '@dubio/contracts';
import {
  db,
  execute,
  getRow,
  into,
  lit,
  publishEvent,
  type Queryable,
  query,
  sql,
  table,
} from '@dubio/platform';
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
  /** Share of the pool with less epistemic uncertainty, 0 to 1. */
  quantile?: number | null;
  predicted?: number | null;
  mean?: number | null;
  votes?: readonly number[] | null;
  /**
   * How the item was drawn among those that were open then; null where chance had no part in it.
   */
  draw?: { chance: number; among: number } | null;
};

const CHUNK = 20_000;

const q = table('queue_entry', 'q');
const entry = table('queue_entry');
const i = table('item', 'i');
const l = table('lease', 'l');
const a = table('annotation', 'a');
const s = table('annotation', 's');

async function insertChunk(
  tx: Queryable,
  at: { projectId: string; generation: number; after: number; overlap: number },
  entries: readonly QueueEntryInput[],
): Promise<void> {
  const column = <T>(pick: (entry: QueueEntryInput) => T) => entries.map(pick);
  await execute(
    tx,
    query`INSERT INTO ${into(
      'queue_entry',
      ...(['project_id', 'generation', 'rank', 'item_id', 'origin', 'open_slots'] as const),
      ...(['score', 'total', 'aleatoric', 'epistemic', 'quantile', 'predicted'] as const),
      ...(['mean', 'votes', 'draw_chance', 'drawn_among'] as const),
    )}
     SELECT ${at.projectId}, ${at.generation}, ${at.after} + row_number() OVER (ORDER BY e.place),
       e.item_id, e.origin::"Origin", ${at.overlap},
       e.score, e.total, e.aleatoric, e.epistemic, e.quantile, e.predicted, e.mean, e.votes::int[],
       e.draw_chance, e.drawn_among
     FROM unnest(${column((e) => e.itemId)}::uuid[], ${column((e) => e.origin)}::text[],
       ${column((e) => e.score ?? null)}::float8[], ${column((e) => e.total ?? null)}::float8[],
       ${column((e) => e.aleatoric ?? null)}::float8[],
       ${column((e) => e.epistemic ?? null)}::float8[],
       ${column((e) => e.quantile ?? null)}::float8[], ${column((e) => e.predicted ?? null)}::int[],
       ${column((e) => e.mean ?? null)}::float8[],
       ${column((e) => `{${(e.votes ?? []).join(',')}}`)}::text[],
       ${column((e) => e.draw?.chance ?? null)}::float8[],
       ${column((e) => e.draw?.among ?? null)}::int[])
       WITH ORDINALITY AS e(item_id, origin, score, total, aleatoric, epistemic, quantile, predicted,
         mean, votes, draw_chance, drawn_among, place)
     JOIN ${i} ON ${i.id} = e.item_id AND ${i.project_id} = ${at.projectId}
     ON CONFLICT DO NOTHING`,
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

/**
 * Closes or narrows the entries of items that are leased, answered, labelled or withdrawn by now.
 */
export async function settleOpenSlots(
  tx: Queryable,
  at: { projectId: string; generation: number; overlap: number },
): Promise<void> {
  const { projectId, generation, overlap } = at;
  await execute(
    tx,
    query`WITH leases AS (
       SELECT ${l.item_id} AS item_id, count(*) AS n FROM ${l}
       WHERE ${l.project_id} = ${projectId} AND ${l.ended_at} IS NULL GROUP BY ${l.item_id}),
     answers AS (
       SELECT ${a.item_id} AS item_id, count(*) AS n FROM ${a}
       WHERE ${a.project_id} = ${projectId} AND ${a.kind} = ${lit(a.kind, 'answer')} AND NOT ${a.extra}
         AND NOT EXISTS (SELECT 1 FROM ${s} WHERE ${s.supersedes_id} = ${a.id})
       GROUP BY ${a.item_id}),
     left_pool AS (
       SELECT ${i.id} AS item_id FROM ${i}
       WHERE ${i.project_id} = ${projectId} AND ${i.split} = ${lit(i.split, 'pool')} AND ${i.state} <> ${lit(i.state, 'pool')}),
     touched AS (
       SELECT item_id FROM leases UNION SELECT item_id FROM answers
       UNION SELECT item_id FROM left_pool)
     UPDATE ${q} SET ${entry.open_slots} = CASE
       WHEN left_pool.item_id IS NOT NULL THEN 0
       ELSE greatest(0, ${overlap}::int - coalesce(answers.n, 0) - coalesce(leases.n, 0)) END
     FROM touched
     LEFT JOIN left_pool USING (item_id)
     LEFT JOIN answers USING (item_id)
     LEFT JOIN leases USING (item_id)
     WHERE ${q.project_id} = ${projectId} AND ${q.generation} = ${generation}
       AND ${q.item_id} = touched.item_id`,
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
    await execute(
      tx,
      db
        .deleteFrom('queue_entry')
        .where('project_id', '=', projectId)
        .where('generation', '=', generation),
    );
    // Nobody reads a generation that is not in use: this may take its time.
    await insertEntries(tx, { projectId, generation, after: 0, overlap }, entries);
  }
  await lockQueueExclusive(tx, projectId);
  const project = await getLabellingProject(tx, projectId);
  if (project.generation > generation || (!coldStart && project.generation === generation)) {
    return false;
  }
  if (coldStart) {
    const { last } = await getRow(
      tx,
      db
        .selectFrom('queue_entry')
        .select(sql<number>`coalesce(max(${entry.rank}), 0)`.as('last'))
        .where('project_id', '=', projectId)
        .where('generation', '=', 0),
    );
    await insertEntries(tx, { projectId, generation, after: last, overlap }, entries);
  }
  await settleOpenSlots(tx, { projectId, generation, overlap: project.policies.overlap });
  await execute(tx, db.updateTable('project').set({ generation }).where('id', '=', projectId));
  // The one before stays: leases given out from it still show their figures.
  await execute(
    tx,
    db
      .deleteFrom('queue_entry')
      .where('project_id', '=', projectId)
      .where('generation', '<', generation)
      .where('generation', '<>', project.generation),
  );
  await publishEvent(tx, projectId, {
    type: 'queue.published',
    generation,
    roundNumber: coldStart ? null : generation,
    size: entries.length,
  });
  return true;
}
