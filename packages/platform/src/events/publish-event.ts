import { ProjectEvent } from '@dubio/contracts';
import type { Queryable } from '../database/queryable.js';

export const EVENT_CHANNEL = 'dubio_outbox_event';

/** Tells everyone who watches the project, if and when the caller's transaction is committed. */
export async function publishEvent(
  tx: Queryable,
  projectId: string,
  event: ProjectEvent,
): Promise<void> {
  const parsed = ProjectEvent.parse(event);
  await tx.query(
    `WITH added AS (INSERT INTO outbox_event (project_id, data) VALUES ($1::uuid, $2::jsonb))
     SELECT pg_notify('${EVENT_CHANNEL}', $3::text)`,
    [projectId, JSON.stringify(parsed), projectId],
  );
}
