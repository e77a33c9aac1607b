import { execute, lit, type Queryable, query, table } from '@dubio/platform';
import { notSuperseded } from './annotation-row.js';
import type { ServingProject } from './labelling-project.js';

const entry = table('queue_entry');
const q = table('queue_entry', 'q');
const i = table('item', 'i');
const a = table('annotation', 'a');
const l = table('lease', 'l');

/** Locks the items' entries in the queue in use, in the order of their ranks. Returns how many. */
export async function lockEntries(
  tx: Queryable,
  project: ServingProject,
  itemIds: readonly string[],
): Promise<number> {
  return execute(
    tx,
    query`SELECT ${q.rank} FROM ${q}
      WHERE ${q.project_id} = ${project.id} AND ${q.generation} = ${project.generation}
        AND ${q.item_id} = ANY(${itemIds}::uuid[])
      ORDER BY ${q.rank} FOR UPDATE`,
  );
}

/**
 * Sets open slots of the queue in use from what is true: overlap minus answers minus leases out,
 * and 0 for items that left the pool. The entries must be locked by an earlier statement: a count
 * made before the lock could miss a lease that was given out meanwhile.
 */
export async function countOpenSlots(
  tx: Queryable,
  project: ServingProject,
  itemIds: readonly string[],
): Promise<void> {
  if (itemIds.length === 0) return;
  await execute(
    tx,
    query`UPDATE ${q} SET ${entry.open_slots} = CASE
       WHEN ${i.state} <> ${lit(i.state, 'pool')} THEN 0
       ELSE greatest(0, ${project.policies.overlap}::int
         - (SELECT count(*) FROM ${a}
            WHERE ${a.item_id} = ${q.item_id} AND ${a.kind} = ${lit(a.kind, 'answer')} AND NOT ${a.extra}
              AND ${notSuperseded(a)})
         - (SELECT count(*) FROM ${l}
            WHERE ${l.item_id} = ${q.item_id} AND ${l.ended_at} IS NULL))
       END
     FROM ${i}
     WHERE ${q.project_id} = ${project.id} AND ${q.generation} = ${project.generation}
       AND ${q.item_id} = ANY(${itemIds}::uuid[]) AND ${i.id} = ${q.item_id}`,
  );
}

/** Locks the entries of items and sets their open slots from what is true. */
export async function refreshOpenSlots(
  tx: Queryable,
  project: ServingProject,
  itemIds: readonly string[],
): Promise<void> {
  if ((await lockEntries(tx, project, itemIds)) > 0) await countOpenSlots(tx, project, itemIds);
}
