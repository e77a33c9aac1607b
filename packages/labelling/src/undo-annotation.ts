import { AppError } from '@dubio/contracts';
import { type Database, newId, type Queryable, type Transaction } from '@dubio/platform';
import { ANNOTATION_COLUMNS, type AnnotationRow, NOT_SUPERSEDED } from './annotation-row.js';
import { type ItemContext, lockItem } from './item-context.js';
import { requestRoundByLabels, settleLabel } from './label-store.js';
import type { LabellingProject } from './labelling-project.js';
import type { LeaseRow } from './lease-items.js';
import { lockQueueAndPerson } from './locks.js';
import { openSlotsFor, storeAnnotation } from './store-annotation.js';
import type { Author } from './submit-annotation.js';

export type UndoRequest = Author & {
  /** Made by the client, once an undo. */
  key: string;
  /** The answer to take back; the last one that stands when absent. */
  annotationId?: string;
};

export type UndoOutcome = { retracted: AnnotationRow | null; lease: LeaseRow | null };

const STANDS = `kind IN ('answer', 'skip', 'flag')
  AND ${NOT_SUPERSEDED}`;

async function findTarget(tx: Queryable, request: UndoRequest): Promise<AnnotationRow | null> {
  if (request.annotationId === undefined) {
    const { rows } = await tx.query<AnnotationRow>(
      `SELECT ${ANNOTATION_COLUMNS} FROM annotation a
       WHERE project_id = $1 AND user_id = $2 AND ${STANDS}
       ORDER BY created_at DESC, id DESC LIMIT 1`,
      [request.projectId, request.userId],
    );
    return rows[0] ?? null;
  }
  const { rows } = await tx.query<AnnotationRow & { stands: boolean }>(
    `SELECT ${ANNOTATION_COLUMNS}, (${STANDS}) AS stands FROM annotation a
     WHERE id = $1 AND project_id = $2`,
    [request.annotationId, request.projectId],
  );
  const target = rows[0];
  if (target === undefined) {
    throw new AppError('resource.not-found', `No annotation ${request.annotationId} here.`);
  }
  if (target.userId !== request.userId) {
    throw new AppError('annotation.not-yours', 'This answer is of somebody else.');
  }
  if (!target.stands) {
    throw new AppError('annotation.superseded', 'This answer was replaced or taken back already.');
  }
  return target;
}

/** The lease that an earlier call with the same key gave, or one the person holds for another reason. */
async function findActiveLease(
  tx: Queryable,
  at: { itemId: string; userId: string },
): Promise<LeaseRow | null> {
  const { rows } = await tx.query<LeaseRow>(
    `SELECT id, item_id AS "itemId", generation, rank, origin, expires_at AS "expiresAt"
     FROM lease WHERE item_id = $1 AND user_id = $2 AND ended_at IS NULL`,
    [at.itemId, at.userId],
  );
  return rows[0] ?? null;
}

/** Where it was in the queue, with the figures that were shown beside it. */
async function leaseAgain(
  tx: Queryable,
  project: LabellingProject,
  item: ItemContext,
  target: AnnotationRow,
): Promise<LeaseRow | null> {
  const place = item.lease ?? {
    rank: item.entry?.rank ?? 1,
    generation: project.generation,
  };
  const { rows } = await tx.query<LeaseRow>(
    `INSERT INTO lease (id, project_id, item_id, user_id, generation, rank, origin, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7::"Origin", now() + make_interval(secs => $8))
     RETURNING id, item_id AS "itemId", generation, rank, origin, expires_at AS "expiresAt"`,
    [
      newId(),
      project.id,
      item.id,
      target.userId,
      place.generation,
      place.rank,
      target.origin,
      project.policies.leaseSeconds,
    ],
  );
  return rows[0] ?? null;
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
  const found = await tx.query<AnnotationRow>(
    `SELECT ${ANNOTATION_COLUMNS} FROM annotation
     WHERE project_id = $1 AND user_id = $2 AND key = $3`,
    [request.projectId, request.userId, request.key],
  );
  const earlier = found.rows[0];
  if (earlier === undefined) return null;
  if (earlier.kind !== 'retraction' || earlier.supersedesId === null) {
    throw new AppError('idempotency.mismatch', `The key was used for a ${earlier.kind} before.`);
  }
  const { rows } = await tx.query<AnnotationRow>(
    `SELECT ${ANNOTATION_COLUMNS} FROM annotation WHERE id = $1`,
    [earlier.supersedesId],
  );
  return { retracted: rows[0] ?? null, lease: await findActiveLease(tx, earlier) };
}

/**
 * Takes back a person's last answer, skip or flag, as if it had not been given: label, counts and
 * queue go back, and the item is leased to the person again. Repeated, it goes back one by one, as
 * far as there are answers. A retraction is appended; nothing is deleted. An answer that replaced an
 * earlier one takes both away: the item comes back unanswered.
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
