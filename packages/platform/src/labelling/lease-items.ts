import type { Origin } from '@dubio/contracts';
import type { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import type { Queryable } from '../database/queryable.js';
import { fillColdStart } from './cold-start.js';
import { getLabellingProject, type LabellingProject } from './labelling-project.js';
import { sweepExpired } from './lease-upkeep.js';
import { lockPerson, lockQueueShared, lockServing } from './locks.js';

export type LeaseRow = {
  id: string;
  itemId: string;
  generation: number;
  rank: number;
  origin: Origin;
  expiresAt: Date;
};

export type LeaseRequest = {
  projectId: string;
  userId: string;
  /** How many items the person shall hold in all. */
  count: number;
  /** Leases the client knows of: kept alive, and not sent again. */
  holding?: readonly string[];
};

const LEASE_COLUMNS = `id, item_id AS "itemId", generation, rank, origin, expires_at AS "expiresAt"`;

/**
 * The walk: open entries of the queue in their order, without what this person answered, skipped or
 * holds. OFFSET 0 keeps each exclusion a probe by index for one entry; pulled up into a join, it
 * would read every answer of the person first.
 */
export const walkQueue = (skipLocked: boolean): string => `
  SELECT q.rank, q.item_id, q.origin
  FROM queue_entry q
  WHERE q.project_id = $1 AND q.generation = $2 AND q.open_slots > 0
    AND NOT EXISTS (
      SELECT 1 FROM lease l
      WHERE l.item_id = q.item_id AND l.user_id = $3 AND l.ended_at IS NULL OFFSET 0)
    AND NOT EXISTS (
      SELECT 1 FROM annotation a
      WHERE a.item_id = q.item_id AND a.user_id = $3 AND a.kind IN ('answer', 'skip')
        AND NOT EXISTS (SELECT 1 FROM annotation s WHERE s.supersedes_id = a.id) OFFSET 0)
  ORDER BY q.rank
  LIMIT $4
  FOR UPDATE OF q${skipLocked ? ' SKIP LOCKED' : ''}`;

async function takeBest(
  tx: Queryable,
  project: LabellingProject,
  userId: string,
  count: number,
): Promise<LeaseRow[]> {
  /*
   * With one answer an item, a locked entry is an entry that somebody is taking: to skip it is to
   * take the next best, and all leases together are exactly the best items. With several answers an
   * item, a locked entry may have room for us too: then calls go one after the other.
   */
  const alone = project.policies.overlap === 1;
  if (!alone) await lockServing(tx, project.id);
  const { rows } = await tx.query<LeaseRow>(
    `WITH picked AS (${walkQueue(alone)}),
     taken AS (
       UPDATE queue_entry q SET open_slots = q.open_slots - 1
       FROM picked
       WHERE q.project_id = $1 AND q.generation = $2 AND q.rank = picked.rank
       RETURNING q.rank, q.item_id, q.origin),
     numbered AS (SELECT taken.*, row_number() OVER (ORDER BY rank) AS place FROM taken),
     leased AS (
       INSERT INTO lease (id, project_id, item_id, user_id, generation, rank, origin, expires_at)
       SELECT ($5::uuid[])[place], $1, item_id, $3, $2, rank, origin,
              now() + make_interval(secs => $6)
       FROM numbered
       RETURNING ${LEASE_COLUMNS})
     SELECT * FROM leased ORDER BY rank`,
    [
      project.id,
      project.generation,
      userId,
      count,
      Array.from({ length: count }, () => newId()),
      project.policies.leaseSeconds,
    ],
  );
  return rows;
}

/**
 * Keeps alive what the person holds already, oldest first. After a reload the client knows nothing:
 * what was answered by others meanwhile is then let go instead of being shown again.
 */
async function renewHeld(
  tx: Queryable,
  project: LabellingProject,
  userId: string,
  known: readonly string[],
): Promise<LeaseRow[]> {
  const { rows } = await tx.query<LeaseRow>(
    `WITH renewed AS (
       UPDATE lease l
       SET expires_at = now() + make_interval(secs => $3),
           ended_at = CASE WHEN i.state <> 'pool' AND l.id <> ALL($4::uuid[]) THEN now() END
       FROM item i
       WHERE l.project_id = $1 AND l.user_id = $2 AND l.ended_at IS NULL AND i.id = l.item_id
       RETURNING l.id, l.item_id, l.generation, l.rank, l.origin, l.expires_at, l.ended_at,
                 l.created_at)
     SELECT ${LEASE_COLUMNS} FROM renewed WHERE ended_at IS NULL ORDER BY created_at, rank`,
    [project.id, userId, project.policies.leaseSeconds, known],
  );
  return rows;
}

/**
 * Leases the best unserved items of the queue in use, so that the person holds `count` in all.
 * Answers the leases that the client does not know of yet: the new ones, and after a reload the old.
 */
export async function leaseItems(database: Database, request: LeaseRequest): Promise<LeaseRow[]> {
  const { projectId, userId, count } = request;
  return database.transaction(async (tx) => {
    await lockQueueShared(tx, projectId);
    await lockPerson(tx, projectId, userId);
    const project = await getLabellingProject(tx, projectId);
    const holding = request.holding ?? [];
    const held = await renewHeld(tx, project, userId, holding);
    await sweepExpired(tx, project);
    const missing = count - held.length;
    let fresh = missing > 0 ? await takeBest(tx, project, userId, missing) : [];
    if (fresh.length < missing && project.generation === 0) {
      if (await fillColdStart(tx, project)) {
        fresh = fresh.concat(await takeBest(tx, project, userId, missing - fresh.length));
      }
    }
    const known = new Set(holding);
    return [...held.filter((lease) => !known.has(lease.id)), ...fresh];
  });
}
