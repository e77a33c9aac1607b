import type { Queryable } from '@dubio/platform';
import type { ServingProject } from './labelling-project.js';
import { lockServing } from './locks.js';

/**
 * Before the first model the queue is never empty while the pool has items: when it runs short,
 * items drawn at random are appended. The draw is a hash of the item and the project's seed, so that
 * the same pool comes in the same order. Such entries carry no score; diverse ones, published after
 * an import, do. Returns whether anything was added.
 */
export async function fillColdStart(tx: Queryable, project: ServingProject): Promise<boolean> {
  if (project.generation !== 0) return false;
  await lockServing(tx, project.id);
  const { rowCount } = await tx.query(
    `WITH last AS (
       SELECT coalesce(max(rank), 0) AS rank FROM queue_entry
       WHERE project_id = $1 AND generation = 0),
     drawn AS (
       SELECT i.id, hashtextextended(i.id::text, p.seed) AS draw
       FROM item i JOIN project p ON p.id = i.project_id
       WHERE i.project_id = $1 AND i.split = 'pool' AND i.state = 'pool'
         AND NOT EXISTS (SELECT 1 FROM queue_entry q
                         WHERE q.project_id = $1 AND q.generation = 0 AND q.item_id = i.id)
       ORDER BY draw, i.id LIMIT $2)
     INSERT INTO queue_entry (project_id, generation, rank, item_id, origin, open_slots, votes)
     SELECT $1, 0, last.rank + row_number() OVER (ORDER BY draw, id), id,
            CASE WHEN abs(draw % 1000) < $3::float8 * 1000 THEN 'control' ELSE 'cold-start' END
              ::"Origin",
            $4, '{}'
     FROM drawn, last`,
    [
      project.id,
      project.policies.queueSize,
      project.policies.controlShare,
      project.policies.overlap,
    ],
  );
  return (rowCount ?? 0) > 0;
}
