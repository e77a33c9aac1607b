import { Policies } from '@dubio/contracts';
import { publishQueue, type Queryable, type QueueEntryInput } from '@dubio/platform';

/**
 * The queue before the first model: items of the pool that no queue holds yet, in an order drawn by the seed
 * of the project and their ordinals, the control share drawn like it. Does nothing once a round has been ready.
 */
export async function publishColdStart(tx: Queryable, projectId: string): Promise<void> {
  const { rows: projects } = await tx.query<{
    generation: number;
    policies: unknown;
  }>('SELECT generation, policies FROM project WHERE id = $1', [projectId]);
  const project = projects[0];
  if (project === undefined || project.generation > 0) return;
  const { queueSize, controlShare } = Policies.parse(project.policies);
  const { rows } = await tx.query<{ id: string; draw: number }>(
    `WITH size AS (SELECT count(*)::int AS n FROM queue_entry
                    WHERE project_id = $1 AND generation = 0 AND open_slots > 0)
     SELECT i.id, (hashtextextended('control:' || i.ordinal, p.seed) & 1048575)::float8 / 1048576 AS draw
       FROM item i JOIN project p ON p.id = i.project_id
      WHERE i.project_id = $1 AND i.split = 'pool' AND i.state = 'pool'
        AND NOT EXISTS (SELECT 1 FROM queue_entry q
                         WHERE q.project_id = $1 AND q.generation = 0 AND q.item_id = i.id)
      ORDER BY hashtextextended('cold-start:' || i.ordinal, p.seed), i.ordinal
      LIMIT greatest(0, $2 - (SELECT n FROM size))`,
    [projectId, queueSize],
  );
  if (rows.length === 0) return;
  const entries = rows.map(
    ({ id, draw }): QueueEntryInput => ({
      itemId: id,
      origin: draw < controlShare ? 'control' : 'cold-start',
    }),
  );
  await publishQueue(tx, projectId, 0, entries);
}
