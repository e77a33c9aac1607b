import { type Origin, Policies } from '@dubio/contracts';
import { type Database, LastStatement, newId, type Transaction } from '@dubio/platform';
import { NOT_SUPERSEDED } from './annotation-row.js';
import { fillColdStart } from './cold-start.js';
import { runHot } from './hot-query.js';
import { noProject, type ServingProject } from './labelling-project.js';
import { sweepExpired } from './lease-upkeep.js';
import { lockQueueAndPerson, lockServing } from './locks.js';

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

/**
 * The walk: open entries of the queue in their order, without what this person answered, skipped or
 * holds. OFFSET 0 keeps each exclusion a probe by index for one entry; pulled up into a join, it
 * would read every answer of the person first. The count stands in the text, so that a plan made for
 * any values knows that it is small.
 */
export const walkQueue = (count: number, skipLocked: boolean): string => `
  SELECT q.project_id, q.generation, q.rank, q.item_id, q.origin
  FROM queue_entry q
  WHERE q.project_id = $1 AND q.generation = $2 AND q.open_slots > 0
    AND NOT EXISTS (
      SELECT 1 FROM lease l
      WHERE l.item_id = q.item_id AND l.user_id = $3 AND l.ended_at IS NULL OFFSET 0)
    AND NOT EXISTS (
      SELECT 1 FROM annotation a
      WHERE a.item_id = q.item_id AND a.user_id = $3 AND a.kind IN ('answer', 'skip')
        AND ${NOT_SUPERSEDED} OFFSET 0)
  ORDER BY q.rank
  LIMIT ${Math.trunc(count)}
  FOR UPDATE OF q${skipLocked ? ' SKIP LOCKED' : ''}`;

const takeStatement = (count: number, alone: boolean) => ({
  name: `take-${Math.trunc(count)}${alone ? '' : '-shared'}`,
  text: `WITH picked AS (${walkQueue(count, alone)}),
     taken AS (
       UPDATE queue_entry q SET open_slots = q.open_slots - 1
       FROM picked
       WHERE q.project_id = picked.project_id AND q.generation = picked.generation
         AND q.rank = picked.rank AND q.item_id = picked.item_id
       RETURNING q.rank, q.item_id, q.origin),
     numbered AS (SELECT taken.*, row_number() OVER (ORDER BY rank) AS place FROM taken),
     leased AS (
       INSERT INTO lease (id, project_id, item_id, user_id, generation, rank, origin, expires_at)
       SELECT ($4::uuid[])[place], $1, item_id, $3, $2, rank, origin,
              now() + make_interval(secs => $5)
       FROM numbered
       RETURNING id, item_id AS "itemId", generation, rank, origin, expires_at AS "expiresAt")
     SELECT * FROM leased ORDER BY rank`,
});

/** Sends all it needs at once, so that a COMMIT may be sent behind it. */
async function takeBest(
  tx: Transaction,
  project: ServingProject,
  userId: string,
  count: number,
): Promise<LeaseRow[]> {
  if (count <= 0) return [];
  /*
   * With one answer an item, a locked entry is an entry that somebody is taking: to skip it is to
   * take the next best, and all leases together are exactly the best items. With several answers an
   * item, a locked entry may have room for us too: then calls go one after the other.
   */
  const alone = project.policies.overlap === 1;
  const served = alone ? null : lockServing(tx, project.id);
  const ids = Array.from({ length: count }, () => newId());
  const taken = runHot<LeaseRow>(tx, takeStatement(count, alone), [
    project.id,
    project.generation,
    userId,
    ids,
    project.policies.leaseSeconds,
  ]);
  const [leases] = await Promise.all([taken, served]);
  return leases;
}

/*
 * Keeps alive what the person holds already, oldest first. After a reload the client knows nothing:
 * what was answered by others meanwhile is then let go instead of being shown again.
 */
const OPEN_CALL = {
  name: 'open-lease-call',
  text: `WITH p AS (SELECT id, generation, policies FROM project WHERE id = $1),
   renewed AS (
     UPDATE lease l
     SET expires_at = now() + make_interval(secs =>
           coalesce((p.policies->>'leaseSeconds')::int, 300)),
         ended_at = CASE WHEN i.state <> 'pool' AND l.id <> ALL($3::uuid[]) THEN now() END
     FROM p, item i
     WHERE l.project_id = p.id AND l.user_id = $2 AND l.ended_at IS NULL AND i.id = l.item_id
     RETURNING l.id, l.item_id, l.generation, l.rank, l.origin, l.expires_at, l.ended_at,
               l.created_at)
   SELECT p.id, p.generation, p.policies,
     coalesce((SELECT json_agg(json_build_object('id', r.id, 'itemId', r.item_id,
         'generation', r.generation, 'rank', r.rank, 'origin', r.origin,
         'expiresAt', r.expires_at) ORDER BY r.created_at, r.rank)
       FROM renewed r WHERE r.ended_at IS NULL), '[]') AS held,
     EXISTS (SELECT 1 FROM lease x WHERE x.project_id = $1 AND x.user_id <> $2
             AND x.ended_at IS NULL AND x.expires_at <= now()) AS expired
   FROM p`,
};

type OpenedCall = {
  id: string;
  generation: number;
  policies: unknown;
  held: (Omit<LeaseRow, 'expiresAt'> & { expiresAt: string })[];
  expired: boolean;
};

async function lease(
  tx: Transaction,
  { projectId, userId, count, holding = [] }: LeaseRequest,
): Promise<LeaseRow[] | LastStatement<LeaseRow[]>> {
  const [, [call]] = await Promise.all([
    lockQueueAndPerson(tx, projectId, userId),
    runHot<OpenedCall>(tx, OPEN_CALL, [projectId, userId, holding]),
  ]);
  if (call === undefined) throw noProject(projectId);
  const policies = Policies.parse(call.policies);
  const project = { id: call.id, generation: call.generation, policies };
  if (call.expired) await sweepExpired(tx, project);
  const known = new Set(holding);
  const held = call.held
    .filter(({ id }) => !known.has(id))
    .map((held) => ({ ...held, expiresAt: new Date(held.expiresAt) }));
  const missing = count - call.held.length;
  const taken = takeBest(tx, project, userId, missing);
  // Only the queue of a cold start grows while it is served from.
  if (project.generation > 0) return new LastStatement(taken.then((fresh) => [...held, ...fresh]));
  const fresh = await taken;
  if (fresh.length < missing && (await fillColdStart(tx, project))) {
    fresh.push(...(await takeBest(tx, project, userId, missing - fresh.length)));
  }
  return [...held, ...fresh];
}

/**
 * Leases the best unserved items of the queue in use, so that the person holds `count` in all.
 * Answers the leases that the client does not know of yet: the new ones, and after a reload the old.
 * A crash of the database may forget the leases of its last moment; the items are served again then.
 * @see docs/decisions/0031
 */
export function leaseItems(database: Database, request: LeaseRequest): Promise<LeaseRow[]> {
  return database.transaction((tx) => lease(tx, request), {
    durability: 'soon',
    byIndex: true,
  });
}
