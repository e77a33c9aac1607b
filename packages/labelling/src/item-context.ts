import type { Answer, Origin } from '@dubio/contracts';
import type { Transaction } from '@dubio/platform';
import { type AnnotationRow, NOT_SUPERSEDED } from './annotation-row.js';
import { runHot } from './hot-query.js';
import {
  type LabellingProject,
  noProject,
  PROJECT_COLUMNS,
  type ProjectRow,
  toLabellingProject,
} from './labelling-project.js';

export type StandingAnnotation = {
  id: string;
  userId: string;
  kind: 'answer' | 'skip';
  answer: Answer | null;
  extra: boolean;
  origin: Origin;
  generation: number;
};

export type ItemContext = {
  id: string;
  split: 'pool' | 'validation' | 'test';
  state: 'pool' | 'labelled' | 'withdrawn';
  /** The item's entry in the queue in use. */
  entry: { rank: number; origin: Origin } | null;
  /** Answers and skips that nothing superseded, in the order in which they were given. */
  standing: StandingAnnotation[];
  labelSource: 'annotation' | 'import' | null;
  /** The person's lease on the item, active or the last one that ended. */
  lease: { id: string; generation: number; rank: number; origin: Origin; active: boolean } | null;
  activeLeases: number;
};

export type LockedItem = {
  project: LabellingProject;
  item: ItemContext | null;
  /** What the person stored under this key before. */
  stored: AnnotationRow | null;
};

const LOCK = {
  name: 'lock-item',
  text: `WITH i AS (
     SELECT id, project_id, split, state FROM item
     WHERE id = $2 AND project_id = $1 FOR NO KEY UPDATE),
   q AS (
     SELECT e.rank, e.origin
     FROM i, project u, queue_entry e
     WHERE u.id = i.project_id AND e.project_id = i.project_id AND e.generation = u.generation
       AND e.item_id = i.id
     FOR UPDATE OF e)
   SELECT ${PROJECT_COLUMNS}, i.id AS "itemId", i.split, i.state, q.rank, q.origin
   FROM project p LEFT JOIN i ON true LEFT JOIN q ON true
   WHERE p.id = $1`,
};

const CONTEXT = {
  name: 'item-context',
  text: `SELECT
     coalesce((SELECT json_agg(json_build_object('id', a.id, 'userId', a.user_id, 'kind', a.kind,
         'answer', a.answer, 'extra', a.extra, 'origin', a.origin, 'generation', a.generation)
         ORDER BY a.created_at, a.id)
       FROM annotation a
       WHERE a.item_id = $1 AND a.kind IN ('answer', 'skip')
         AND ${NOT_SUPERSEDED}), '[]')
       AS standing,
     (SELECT source FROM label WHERE item_id = $1) AS "labelSource",
     (SELECT json_build_object('id', l.id, 'generation', l.generation, 'rank', l.rank,
         'origin', l.origin, 'active', l.ended_at IS NULL)
       FROM lease l WHERE l.item_id = $1 AND l.user_id = $2
       ORDER BY l.ended_at IS NULL DESC, l.created_at DESC LIMIT 1) AS lease,
     (SELECT count(*)::int FROM lease l WHERE l.item_id = $1 AND l.ended_at IS NULL)
       AS "activeLeases",
     (SELECT json_build_object('id', a.id, 'projectId', a.project_id, 'itemId', a.item_id,
         'userId', a.user_id, 'kind', a.kind, 'answer', a.answer, 'reason', a.reason,
         'note', a.note, 'origin', a.origin, 'generation', a.generation, 'extra', a.extra,
         'durationMs', a.duration_ms, 'key', a.key, 'supersedesId', a.supersedes_id,
         'createdAt', a.created_at)
       FROM annotation a WHERE a.project_id = $3 AND a.user_id = $2 AND a.key = $4) AS stored`,
};

type LockRow = ProjectRow & {
  itemId: string | null;
  split: ItemContext['split'];
  state: ItemContext['state'];
  rank: number | null;
  origin: Origin;
};

type ContextRow = Pick<ItemContext, 'standing' | 'labelSource' | 'lease' | 'activeLeases'> & {
  stored: (Omit<AnnotationRow, 'createdAt'> & { createdAt: string }) | null;
};

/**
 * Locks an item with its place in the queue and reads all that decides about an answer to it.
 * Whatever changes answers or leases of the item waits here, so the second statement sees all that
 * was committed before.
 *
 * @throws AppError resource.not-found when there is no such project
 */
export async function lockItem(
  tx: Transaction,
  at: { projectId: string; userId: string; itemId: string; key: string },
): Promise<LockedItem> {
  const [[locked], [context]] = await Promise.all([
    runHot<LockRow>(tx, LOCK, [at.projectId, at.itemId]),
    runHot<ContextRow>(tx, CONTEXT, [at.itemId, at.userId, at.projectId, at.key]),
  ]);
  if (locked === undefined) throw noProject(at.projectId);
  if (context === undefined) throw new Error('a SELECT without FROM answered no row');
  const { stored, ...rest } = context;
  const entry = locked.rank === null ? null : { rank: locked.rank, origin: locked.origin };
  const { itemId, split, state } = locked;
  return {
    project: toLabellingProject(locked),
    item: itemId === null ? null : { id: itemId, split, state, entry, ...rest },
    stored: stored && { ...stored, createdAt: new Date(stored.createdAt) },
  };
}
