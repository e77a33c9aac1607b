import type { Queryable } from '@dubio/platform';
import type { Services } from '../services.js';

const OLD = [
  `DELETE FROM outbox_event WHERE created_at < now() - interval '2 days'`,
  `DELETE FROM outbox_job WHERE dispatched_at < now() - interval '2 days'`,
  `DELETE FROM idempotency_record WHERE created_at < now() - interval '2 days'`,
  `DELETE FROM worker_process WHERE heartbeat_at < now() - interval '1 hour'`,
] as const;

const KEPT_POOLS = 3;

/** Throws away what nobody reads any more: old outbox rows, and pools of rounds long superseded. */
export async function prune(services: Services): Promise<void> {
  const db: Queryable = services.database.pool;
  for (const statement of OLD) await db.query(statement);
  const { rows } = await db.query<{ id: string; project_id: string }>(
    `SELECT id, project_id FROM (
       SELECT id, project_id, state, finished_at,
              row_number() OVER (PARTITION BY project_id ORDER BY number DESC) AS age
         FROM round WHERE state IN ('superseded', 'failed', 'cancelled')) old
      WHERE age > $1 AND finished_at > now() - interval '1 day'
      ORDER BY finished_at LIMIT 50`,
    [KEPT_POOLS],
  );
  for (const { id, project_id } of rows) {
    await services.store.delete(`projects/${project_id}/rounds/${id}/pool.bin`);
  }
}
