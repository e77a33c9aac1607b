import type { Answer, Origin } from '@dubio/contracts';
import type { Queryable } from '../database/queryable.js';
import { ANNOTATION_COLUMNS, type AnnotationRow } from './annotation-row.js';

export type StandingAnnotation = {
  id: string;
  userId: string;
  kind: 'answer' | 'skip';
  answer: Answer | null;
  extra: boolean;
  origin: Origin;
};

export type ItemContext = {
  id: string;
  split: 'pool' | 'validation' | 'test';
  state: 'pool' | 'labelled' | 'withdrawn';
  /** Answers and skips that nothing superseded, in the order in which they were given. */
  standing: StandingAnnotation[];
  labelSource: 'annotation' | 'import' | null;
  /** The person's lease on the item, active or the last one that ended. */
  lease: { id: string; generation: number; rank: number; origin: Origin; active: boolean } | null;
  /** The item's entry in the queue in use. */
  entry: { rank: number; origin: Origin } | null;
  activeLeases: number;
};

/**
 * Locks an item and reads all that decides about an answer to it. Whatever changes answers of the
 * item waits here, so the second statement sees everything that was committed before.
 */
export async function lockItem(
  tx: Queryable,
  at: { projectId: string; itemId: string; userId: string; generation: number },
): Promise<ItemContext | null> {
  const locked = await tx.query<Pick<ItemContext, 'id' | 'split' | 'state'>>(
    `SELECT id, split, state FROM item WHERE id = $1 AND project_id = $2 FOR NO KEY UPDATE`,
    [at.itemId, at.projectId],
  );
  const item = locked.rows[0];
  if (item === undefined) return null;
  const { rows } = await tx.query<Omit<ItemContext, 'id' | 'split' | 'state'>>(
    `SELECT
       coalesce((SELECT json_agg(json_build_object('id', a.id, 'userId', a.user_id, 'kind', a.kind,
           'answer', a.answer, 'extra', a.extra, 'origin', a.origin) ORDER BY a.created_at, a.id)
         FROM annotation a
         WHERE a.item_id = $1 AND a.kind IN ('answer', 'skip')
           AND NOT EXISTS (SELECT 1 FROM annotation s WHERE s.supersedes_id = a.id)), '[]')
         AS standing,
       (SELECT source FROM label WHERE item_id = $1) AS "labelSource",
       (SELECT json_build_object('id', l.id, 'generation', l.generation, 'rank', l.rank,
           'origin', l.origin, 'active', l.ended_at IS NULL)
         FROM lease l WHERE l.item_id = $1 AND l.user_id = $2
         ORDER BY l.ended_at IS NULL DESC, l.created_at DESC LIMIT 1) AS lease,
       (SELECT json_build_object('rank', q.rank, 'origin', q.origin)
         FROM queue_entry q
         WHERE q.project_id = $3 AND q.generation = $4 AND q.item_id = $1) AS entry,
       (SELECT count(*)::int FROM lease l WHERE l.item_id = $1 AND l.ended_at IS NULL)
         AS "activeLeases"`,
    [at.itemId, at.userId, at.projectId, at.generation],
  );
  const rest = rows[0];
  if (rest === undefined) throw new Error('a SELECT without FROM answered no row');
  return { ...item, ...rest };
}

export async function findByKey(
  tx: Queryable,
  at: { projectId: string; userId: string; key: string },
): Promise<AnnotationRow | null> {
  const { rows } = await tx.query<AnnotationRow>(
    `SELECT ${ANNOTATION_COLUMNS} FROM annotation
     WHERE project_id = $1 AND user_id = $2 AND key = $3`,
    [at.projectId, at.userId, at.key],
  );
  return rows[0] ?? null;
}

export type NewAnnotation = Omit<AnnotationRow, 'createdAt'>;

/** Stored a little after the person's last one, so that "the last answer" always means one. */
export async function insertAnnotation(tx: Queryable, row: NewAnnotation): Promise<AnnotationRow> {
  const { rows } = await tx.query<AnnotationRow>(
    `INSERT INTO annotation (id, project_id, item_id, user_id, kind, answer, reason, note, origin,
       generation, extra, duration_ms, key, supersedes_id, created_at)
     SELECT $1, $2, $3, $4, $5::"AnnotationKind", $6::jsonb, $7, $8, $9::"Origin", $10, $11, $12,
       $13, $14, greatest(clock_timestamp(),
         (SELECT max(created_at) + interval '1 ms' FROM annotation
          WHERE project_id = $2 AND user_id = $4))
     RETURNING ${ANNOTATION_COLUMNS}`,
    [
      row.id,
      row.projectId,
      row.itemId,
      row.userId,
      row.kind,
      row.answer === null ? null : JSON.stringify(row.answer),
      row.reason,
      row.note,
      row.origin,
      row.generation,
      row.extra,
      row.durationMs,
      row.key,
      row.supersedesId,
    ],
  );
  const stored = rows[0];
  if (stored === undefined) throw new Error('INSERT … RETURNING answered no row');
  return stored;
}

export async function endLease(
  tx: Queryable,
  at: { itemId: string; userId: string },
): Promise<void> {
  await tx.query(
    `UPDATE lease SET ended_at = now() WHERE item_id = $1 AND user_id = $2 AND ended_at IS NULL`,
    [at.itemId, at.userId],
  );
}
