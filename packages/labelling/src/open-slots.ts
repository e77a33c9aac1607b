import type { Queryable } from '@dubio/platform';
import { NOT_SUPERSEDED } from './annotation-row.js';
import type { ServingProject } from './labelling-project.js';

/**
 * Sets open slots of the queue in use from what is true: overlap minus answers minus leases out,
 * and 0 for items that left the pool. The entries are locked in one statement and counted in the
 * next: a count made before the lock could miss a lease that was given out meanwhile.
 */
export async function refreshOpenSlots(
  tx: Queryable,
  project: ServingProject,
  itemIds: readonly string[],
): Promise<void> {
  if (itemIds.length === 0) return;
  const { rowCount } = await tx.query(
    `SELECT rank FROM queue_entry
     WHERE project_id = $1 AND generation = $2 AND item_id = ANY($3::uuid[])
     ORDER BY rank FOR UPDATE`,
    [project.id, project.generation, itemIds],
  );
  if (rowCount === 0) return;
  await tx.query(
    `UPDATE queue_entry q SET open_slots = CASE
       WHEN i.state <> 'pool' THEN 0
       ELSE greatest(0, $4::int
         - (SELECT count(*) FROM annotation a
            WHERE a.item_id = q.item_id AND a.kind = 'answer' AND NOT a.extra
              AND ${NOT_SUPERSEDED})
         - (SELECT count(*) FROM lease l WHERE l.item_id = q.item_id AND l.ended_at IS NULL))
       END
     FROM item i
     WHERE q.project_id = $1 AND q.generation = $2 AND q.item_id = ANY($3::uuid[])
       AND i.id = q.item_id`,
    [project.id, project.generation, itemIds, project.policies.overlap],
  );
}
