import { randomUUID } from 'node:crypto';
import type { AnnotationInput } from '@dubio/contracts';
import type { Database } from '@dubio/platform';

/** An answer as a client sends it. */
export const answerTo = (itemId: string, extra: Partial<AnnotationInput> = {}): AnnotationInput =>
  ({
    key: randomUUID(),
    itemId,
    leaseId: null,
    kind: 'answer',
    answer: { answer: 'a' },
    durationMs: 900,
    ...extra,
  }) as AnnotationInput;

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

/**
 * Everything that labelling changes, without ids of rows and times: two equal states look equal.
 */
export async function readState(database: Database, projectId: string) {
  const one = async (sql: string) => (await database.pool.query(sql, [projectId])).rows;
  return {
    project: await one('SELECT label_count, labels_at_round FROM project WHERE id = $1'),
    items: await one(
      'SELECT id, state, is_control FROM item WHERE project_id = $1 ORDER BY ordinal',
    ),
    labels: await one(
      `SELECT item_id, answer, confidence, annotations, origin, source FROM label
       WHERE project_id = $1 ORDER BY item_id`,
    ),
    queue: await one(
      'SELECT generation, rank, open_slots FROM queue_entry WHERE project_id = $1 ORDER BY 1, 2',
    ),
    leased: await one(
      `SELECT item_id, user_id FROM lease WHERE project_id = $1 AND ended_at IS NULL
       ORDER BY item_id, user_id`,
    ),
  };
}

/** As time does it: what somebody is changing just now runs out a moment later. */
export async function expireLeases(database: Database, projectId: string): Promise<void> {
  await database.pool.query(
    `WITH mine AS (
       SELECT id FROM lease WHERE project_id = $1 AND ended_at IS NULL
       ORDER BY id FOR UPDATE SKIP LOCKED)
     UPDATE lease SET expires_at = now() - interval '1 s' FROM mine WHERE lease.id = mine.id`,
    [projectId],
  );
}
