import { type Answer, LabelSource, type Origin } from '@dubio/contracts';
import {
  columnsOf,
  type InJson,
  jsonObject,
  lit,
  named,
  optionalColumns,
  query,
  row,
  type ShapeOf,
  sql,
  type Transaction,
  table,
} from '@dubio/platform';
import {
  type AnnotationRow,
  annotationFields,
  notSuperseded,
  toAnnotationRow,
  toAnswer,
} from './annotation-row.js';
import { runHot } from './hot-query.js';
import {
  type LabellingProject,
  noProject,
  PROJECT_COLUMNS,
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
  labelSource: LabelSource | null;
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

const p = table('project', 'p');
const u = table('project', 'u');
const e = table('queue_entry', 'e');
const a = table('annotation', 'a');
const l = table('lease', 'l');
const label = table('label');
const item = table('item');
const known = columnsOf('item', 'i');
const found = optionalColumns('item', 'i');
const q = optionalColumns('queue_entry', 'q');

const LOCK = named<{ projectId: string; itemId: string }>()(
  'lock-item',
  ($) => query`WITH i AS (
     SELECT ${item.id}, ${item.project_id}, ${item.split}, ${item.state} FROM ${item}
     WHERE ${item.id} = ${$.itemId} AND ${item.project_id} = ${$.projectId} FOR NO KEY UPDATE),
   q AS (
     SELECT ${e.rank}, ${e.origin}
     FROM i, ${u}, ${e}
     WHERE ${u.id} = ${known.project_id} AND ${e.project_id} = ${known.project_id}
       AND ${e.generation} = ${u.generation} AND ${e.item_id} = ${known.id}
     FOR UPDATE OF e)
   SELECT ${row({
     ...PROJECT_COLUMNS,
     itemId: found.id,
     split: found.split,
     state: found.state,
     rank: q.rank,
     origin: q.origin,
   })}
   FROM ${p} LEFT JOIN i ON true LEFT JOIN q ON true
   WHERE ${p.id} = ${$.projectId}`,
);

const STANDING = {
  id: a.id,
  userId: a.user_id,
  kind: a.kind,
  answer: a.answer,
  extra: a.extra,
  origin: a.origin,
  generation: a.generation,
};
const LEASE = {
  id: l.id,
  generation: l.generation,
  rank: l.rank,
  origin: l.origin,
  active: sql<boolean>`${l.ended_at} IS NULL`,
};
const STORED = annotationFields(a);

type Key = { itemId: string; userId: string; projectId: string; key: string };

const CONTEXT = named<Key>()(
  'item-context',
  ($) =>
    query`SELECT ${row({
      standing: sql<InJson<typeof STANDING>[]>`coalesce((
      SELECT json_agg(${jsonObject(STANDING)} ORDER BY ${a.created_at}, ${a.id})
      FROM ${a}
      WHERE ${a.item_id} = ${$.itemId} AND ${a.kind} IN (${lit(a.kind, 'answer')}, ${lit(a.kind, 'skip')})
        AND ${notSuperseded(a)}), '[]')`,
      labelSource: sql<string | null>`(
      SELECT ${label.source} FROM ${label} WHERE ${label.item_id} = ${$.itemId})`,
      lease: sql<InJson<typeof LEASE> | null>`(
      SELECT ${jsonObject(LEASE)}
      FROM ${l} WHERE ${l.item_id} = ${$.itemId} AND ${l.user_id} = ${$.userId}
      ORDER BY ${l.ended_at} IS NULL DESC, ${l.created_at} DESC LIMIT 1)`,
      activeLeases: sql<number>`(
      SELECT count(*)::int FROM ${l}
      WHERE ${l.item_id} = ${$.itemId} AND ${l.ended_at} IS NULL)`,
      stored: sql<InJson<typeof STORED> | null>`(
      SELECT ${jsonObject(STORED)}
      FROM ${a} WHERE ${a.project_id} = ${$.projectId} AND ${a.user_id} = ${$.userId}
        AND ${a.key} = ${$.key})`,
    })}`,
);

type ContextRow = ShapeOf<typeof CONTEXT>;

const toStanding = ({ kind, answer, ...rest }: ContextRow['standing'][number]) =>
  kind === 'answer' || kind === 'skip' ? [{ ...rest, kind, answer: toAnswer(answer) }] : [];

function toItem(
  { itemId, split, state, rank, origin }: ShapeOf<typeof LOCK>,
  { standing, labelSource, lease, activeLeases }: ContextRow,
): ItemContext | null {
  if (itemId === null || split === null || state === null) return null;
  return {
    id: itemId,
    split,
    state,
    entry: rank === null || origin === null ? null : { rank, origin },
    standing: standing.flatMap(toStanding),
    labelSource: labelSource === null ? null : LabelSource.parse(labelSource),
    lease,
    activeLeases,
  };
}

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
    runHot(tx, LOCK, { projectId: at.projectId, itemId: at.itemId }),
    runHot(tx, CONTEXT, at),
  ]);
  if (locked === undefined) throw noProject(at.projectId);
  if (context === undefined) throw new Error('a SELECT without FROM answered no row');
  const { stored } = context;
  return {
    project: toLabellingProject(locked),
    item: toItem(locked, context),
    stored: stored && toAnnotationRow({ ...stored, createdAt: new Date(stored.createdAt) }),
  };
}

/** Whether the item's label rests on the answers of annotators, so that theirs still count. */
export const isSettledByAnswers = ({ labelSource }: Pick<ItemContext, 'labelSource'>): boolean =>
  labelSource === null || labelSource === 'annotation';
