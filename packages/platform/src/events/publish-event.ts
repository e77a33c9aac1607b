import { ProjectEvent } from '@dubio/contracts';
import type { Queryable } from '../database/queryable.js';
import { execute, into, query, sql } from '../database/sql.js';

export const EVENT_CHANNEL = 'dubio_outbox_event';

/** Tells everyone who watches the project, if and when the caller's transaction is committed. */
export async function publishEvent(
  tx: Queryable,
  projectId: string,
  event: ProjectEvent,
): Promise<void> {
  const parsed = ProjectEvent.parse(event);
  await execute(
    tx,
    query`WITH added AS (
       INSERT INTO ${into('outbox_event', 'project_id', 'data')}
       VALUES (${projectId}::uuid, ${JSON.stringify(parsed)}::jsonb))
     SELECT pg_notify(${sql.lit(EVENT_CHANNEL)}, ${projectId}::text)`,
  );
}
