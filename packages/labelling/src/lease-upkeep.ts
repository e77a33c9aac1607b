import {
  columnsOf,
  type Database,
  db,
  execute,
  listRows,
  type Queryable,
  query,
  type RawBuilder,
  row,
  sql,
  table,
} from '@dubio/platform';
import { getLabellingProject, type ServingProject } from './labelling-project.js';
import { lockLeaseCall, lockQueueShared } from './locks.js';
import { countOpenSlots, lockEntries } from './open-slots.js';

const SWEEP_LIMIT = 500;

const l = table('lease', 'l');
const q = table('queue_entry', 'q');
const lease = table('lease');
const leased = columnsOf('lease', 'lease');
const p = table('project', 'p');
const ending = columnsOf('lease', 'ending');
const mine = columnsOf('lease', 'mine');
const FOUND = row({ id: l.id, itemId: l.item_id });

export type LeaseCall = { projectId: string; userId: string; leaseIds: readonly string[] };

type Ending = { id: string; itemId: string };

/**
 * Ends those of the leases that are still as `which` says, and counts the open slots of their items.
 * Their entries must be locked: an answer locks the entry before the lease as well.
 */
async function endLeases(
  tx: Queryable,
  project: ServingProject,
  leases: readonly Ending[],
  { which, skipLocked }: { which: RawBuilder<unknown>; skipLocked: boolean },
): Promise<number> {
  if (leases.length === 0) return 0;
  const ended = await execute(
    tx,
    query`WITH ending AS (
       SELECT ${l.id} FROM ${l}
       WHERE ${l.id} = ANY(${leases.map(({ id }) => id)}::uuid[]) AND ${which}
       ORDER BY ${l.id} FOR UPDATE${skipLocked ? sql` SKIP LOCKED` : sql``})
     UPDATE ${lease} SET ${lease.ended_at} = now() FROM ending
     WHERE ${leased.id} = ${ending.id} AND ${leased.ended_at} IS NULL`,
  );
  const itemIds = [...new Set(leases.map(({ itemId }) => itemId))];
  if (ended > 0) await countOpenSlots(tx, project, itemIds);
  return ended;
}

/**
 * Ends what ran out, so that the items flow back; part of each lease call. It never waits, because a
 * lease call holds leases already: what is in use is left to the next sweep. Returns how many.
 */
export async function sweepExpired(tx: Queryable, project: ServingProject): Promise<number> {
  const expired = sql`${l.project_id} = ${project.id} AND ${l.ended_at} IS NULL
    AND ${l.expires_at} <= now()`;
  const free = await listRows(
    tx,
    query`WITH expired AS (
       SELECT ${l.id}, ${l.item_id}, ${q.rank}
       FROM ${l} LEFT JOIN ${q} ON ${q.project_id} = ${project.id}
         AND ${q.generation} = ${project.generation} AND ${q.item_id} = ${l.item_id}
       WHERE ${expired} ORDER BY ${l.expires_at} LIMIT ${SWEEP_LIMIT}),
     ours AS (
       SELECT ${q.rank} FROM ${q}
       WHERE ${q.project_id} = ${project.id} AND ${q.generation} = ${project.generation}
         AND ${q.rank} IN (SELECT rank FROM expired)
       ORDER BY ${q.rank} FOR UPDATE SKIP LOCKED)
     SELECT ${row({ id: ending.id, itemId: ending.item_id })} FROM expired ending
     WHERE rank IS NULL OR rank IN (SELECT rank FROM ours)`,
  );
  return endLeases(tx, project, free, { which: expired, skipLocked: true });
}

/** Ends the expired leases of every project; for the periodic sweep. Returns how many. */
export async function sweepLeases(database: Database): Promise<number> {
  const rows = await listRows(
    database.pool,
    db
      .selectFrom('lease')
      .select('project_id as projectId')
      .distinct()
      .where('ended_at', 'is', null)
      .where('expires_at', '<=', sql<Date>`now()`),
  );
  let swept = 0;
  for (const { projectId } of rows) {
    swept += await database.transaction(async (tx) => {
      await lockQueueShared(tx, projectId);
      return sweepExpired(tx, await getLabellingProject(tx, projectId));
    });
  }
  return swept;
}

/** Of `lease l`: one of the call's leases that has not ended. */
const isOf = ({ projectId, userId, leaseIds }: LeaseCall) =>
  sql`${l.project_id} = ${projectId} AND ${l.user_id} = ${userId}
    AND ${l.id} = ANY(${leaseIds}::uuid[]) AND ${l.ended_at} IS NULL`;

export type RenewedLease = { leaseId: string; expiresAt: Date };

/** Heartbeat. A lease that ran out but that nobody swept yet is still the person's own. */
export async function renewLeases(
  database: Database,
  call: LeaseCall,
): Promise<{ renewed: RenewedLease[]; lost: string[] }> {
  const rows = await listRows(
    database.pool,
    query`WITH mine AS (
       SELECT ${l.id}, (${p.policies}->>'leaseSeconds')::int AS seconds
       FROM ${l} JOIN ${p} ON ${p.id} = ${l.project_id}
       WHERE ${isOf(call)}
       ORDER BY ${l.id} FOR UPDATE OF l)
     UPDATE ${lease}
     SET ${lease.expires_at} = now() + make_interval(secs => coalesce(mine.seconds, 300))
     FROM mine WHERE ${leased.id} = ${mine.id} AND ${leased.ended_at} IS NULL
     RETURNING ${row({ leaseId: leased.id, expiresAt: leased.expires_at })}`,
  );
  const kept = new Set(rows.map((row) => row.leaseId));
  return { renewed: rows, lost: call.leaseIds.filter((id) => !kept.has(id)) };
}

/** Ends leases of `lease l` and lets their items flow back. As within a lease call. */
async function giveBack(tx: Queryable, projectId: string, which: RawBuilder<unknown>) {
  const project = await getLabellingProject(tx, projectId);
  const theirs = await listRows(tx, query`SELECT ${FOUND} FROM ${l} WHERE ${which}`);
  const itemIds = theirs.map(({ itemId }) => itemId);
  if (itemIds.length > 0) await lockEntries(tx, project, itemIds);
  return endLeases(tx, project, theirs, { which, skipLocked: false });
}

/** Gives items back unanswered; leases of others and ended ones are left alone. */
export async function releaseLeases(database: Database, call: LeaseCall): Promise<number> {
  return database.transaction(async (tx) => {
    await lockLeaseCall(tx, call.projectId, call.userId);
    return giveBack(tx, call.projectId, isOf(call));
  });
}

/**
 * Gives back all that a person holds in the projects of a workspace, in the transaction that puts
 * them out. Their lease calls that are under way are waited for, so that none slips past.
 */
export async function releaseLeasesOfMember(
  tx: Queryable,
  { workspaceId, userId }: { workspaceId: string; userId: string },
): Promise<number> {
  const projects = await listRows(
    tx,
    db.selectFrom('project').select('id').where('workspace_id', '=', workspaceId).orderBy('id'),
  );
  let released = 0;
  for (const { id } of projects) {
    await lockLeaseCall(tx, id, userId);
    const theirs = sql`${l.project_id} = ${id} AND ${l.user_id} = ${userId} AND ${l.ended_at} IS NULL`;
    released += await giveBack(tx, id, theirs);
  }
  return released;
}
