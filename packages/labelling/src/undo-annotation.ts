import { AppError } from '@dubio/contracts';
import {
  type Database,
  findRow,
  getRow,
  into,
  lit,
  newId,
  type Queryable,
  query,
  type RawBuilder,
  row,
  sql,
  type Transaction,
  table,
} from '@dubio/platform';
import {
  type AnnotationRow,
  annotationFields,
  notSuperseded,
  toAnnotationRow,
} from './annotation-row.js';
import type { Author } from './decide-annotation.js';
import { type ItemContext, lockItem } from './item-context.js';
import { requestRoundByLabels, settleLabel } from './label-store.js';
import type { LabellingProject } from './labelling-project.js';
import { LEASE, type LeaseRow } from './lease-row.js';
import { lockQueueAndPerson } from './locks.js';
import { openSlotsFor, storeAnnotation } from './store-annotation.js';

export type UndoRequest = Author & {
  /** Made by the client, once an undo. */
  key: string;
  /** The answer to take back; the last one that stands when absent. */
  annotationId?: string;
};

export type UndoOutcome = { retracted: AnnotationRow | null; lease: LeaseRow | null };

const a = table('annotation', 'a');
const lease = table('lease');
const ANNOTATION = row(annotationFields(a));
const STANDS = sql<boolean>`${a.kind} IN (${lit(a.kind, 'answer')}, ${lit(a.kind, 'skip')}, ${lit(a.kind, 'flag')}) AND ${notSuperseded(a)}`;

async function findAnnotation(
  tx: Queryable,
  where: RawBuilder<unknown>,
): Promise<AnnotationRow | null> {
  const found = await findRow(tx, query`SELECT ${ANNOTATION} FROM ${a} WHERE ${where}`);
  return found && toAnnotationRow(found);
}

async function findTarget(tx: Queryable, request: UndoRequest): Promise<AnnotationRow | null> {
  if (request.annotationId === undefined) {
    return findAnnotation(
      tx,
      sql`${a.project_id} = ${request.projectId} AND ${a.user_id} = ${request.userId} AND ${STANDS}
        ORDER BY ${a.created_at} DESC, ${a.id} DESC LIMIT 1`,
    );
  }
  const target = await findRow(
    tx,
    query`SELECT ${row({ ...annotationFields(a), stands: sql<boolean>`(${STANDS})` })} FROM ${a}
      WHERE ${a.id} = ${request.annotationId} AND ${a.project_id} = ${request.projectId}`,
  );
  if (target === null) {
    throw new AppError('resource.not-found', `No annotation ${request.annotationId} here.`);
  }
  if (target.userId !== request.userId) {
    throw new AppError('annotation.not-yours', 'This answer is of somebody else.');
  }
  if (!target.stands) {
    throw new AppError('annotation.superseded', 'This answer was replaced or taken back already.');
  }
  return toAnnotationRow(target);
}

/**
 * The lease that an earlier call with the same key gave, or one the person holds for another
 * reason.
 */
function findActiveLease(
  tx: Queryable,
  at: { itemId: string; userId: string },
): Promise<LeaseRow | null> {
  return findRow(
    tx,
    query`SELECT ${LEASE} FROM ${lease}
      WHERE ${lease.item_id} = ${at.itemId} AND ${lease.user_id} = ${at.userId}
        AND ${lease.ended_at} IS NULL`,
  );
}

/** Where it was in the queue, with the figures that were shown beside it. */
function leaseAgain(
  tx: Queryable,
  project: LabellingProject,
  item: ItemContext,
  target: AnnotationRow,
): Promise<LeaseRow> {
  const place = item.lease ?? {
    rank: item.entry?.rank ?? 1,
    generation: project.generation,
  };
  const { leaseSeconds } = project.policies;
  return getRow(
    tx,
    query`INSERT INTO ${into(
      'lease',
      ...(['id', 'project_id', 'item_id', 'user_id', 'generation'] as const),
      ...(['rank', 'origin', 'expires_at'] as const),
    )}
      VALUES (${newId()}, ${project.id}, ${item.id}, ${target.userId}, ${place.generation},
        ${place.rank}, ${target.origin}::"Origin", now() + make_interval(secs => ${leaseSeconds}))
      RETURNING ${LEASE}`,
  );
}

async function retract(
  tx: Transaction,
  request: UndoRequest,
  target: AnnotationRow,
): Promise<UndoOutcome> {
  const { projectId, userId, key } = request;
  const at = { projectId, userId, itemId: target.itemId, key };
  const { project, item } = await lockItem(tx, at);
  if (item === null) throw new AppError('resource.not-found', 'The item is gone.');
  const row = {
    id: newId(),
    projectId,
    itemId: target.itemId,
    userId,
    kind: 'retraction' as const,
    answer: null,
    reason: null,
    note: null,
    origin: target.origin,
    generation: target.generation,
    extra: target.extra,
    durationMs: 0,
    key,
    supersedesId: target.id,
  };
  const standing = item.standing.filter((a) => a.id !== target.id);
  const open = openSlotsFor(project, item, standing, item.activeLeases);
  // The item comes back to the person, unless others hold or have answered all that it needs.
  const leasesAgain = !item.lease?.active && open > 0;
  await storeAnnotation(tx, project, row, {
    endsLease: false,
    entryRank: item.entry?.rank ?? null,
    openSlots: leasesAgain ? open - 1 : open,
  });
  const lease = leasesAgain
    ? await leaseAgain(tx, project, item, target)
    : await findActiveLease(tx, target);
  const counts = await settleLabel(tx, project, item, standing);
  if (counts !== null) await requestRoundByLabels(tx, project, counts);
  return { retracted: target, lease };
}

async function findEarlier(tx: Queryable, request: UndoRequest): Promise<UndoOutcome | null> {
  const earlier = await findAnnotation(
    tx,
    sql`${a.project_id} = ${request.projectId} AND ${a.user_id} = ${request.userId}
      AND ${a.key} = ${request.key}`,
  );
  if (earlier === null) return null;
  if (earlier.kind !== 'retraction' || earlier.supersedesId === null) {
    throw new AppError('idempotency.mismatch', `The key was used for a ${earlier.kind} before.`);
  }
  const retracted = await findAnnotation(tx, sql`${a.id} = ${earlier.supersedesId}`);
  return { retracted, lease: await findActiveLease(tx, earlier) };
}

/**
 * Takes back a person's last answer, skip or flag, as if it had not been given: label, counts and
 * queue go back, and the item is leased to the person again. Repeated, it goes back one by one, as
 * far as there are answers. A retraction is appended; nothing is deleted. An answer that replaced
 * an earlier one takes both away: the item comes back unanswered.
 *
 * @throws AppError annotation.not-yours, annotation.superseded, resource.not-found
 */
export async function undoAnnotation(
  database: Database,
  request: UndoRequest,
): Promise<UndoOutcome> {
  const undo = async (tx: Transaction) => {
    await lockQueueAndPerson(tx, request.projectId, request.userId);
    const earlier = await findEarlier(tx, request);
    if (earlier !== null) return earlier;
    const target = await findTarget(tx, request);
    if (target === null) return { retracted: null, lease: null };
    return retract(tx, request, target);
  };
  return database.transaction(undo, { byIndex: true });
}
