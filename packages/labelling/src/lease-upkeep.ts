import {
  columnsOf,
  type Database,
  db,
  listRows,
  type Queryable,
  query,
  type RawBuilder,
  row,
  sql,
  table,
} from '@dubio/platform';
import { getLabellingProject, type ServingProject } from './labelling-project.js';
import { lockQueueAndPerson, lockQueueShared } from './locks.js';
import { refreshOpenSlots } from './open-slots.js';

const SWEEP_LIMIT = 500;

const l = table('lease', 'l');
const lease = table('lease');
const leased = columnsOf('lease', 'lease');
const p = table('project', 'p');
const gone = columnsOf('lease', 'gone');
const mine = columnsOf('lease', 'mine');
const ITEM_ID = row({ itemId: leased.item_id });

export type LeaseCall = { projectId: string; userId: string; leaseIds: readonly string[] };

/** Ends what ran out, so that the items flow back; part of each lease call. Returns how many. */
export async function sweepExpired(tx: Queryable, project: ServingProject): Promise<number> {
  const rows = await listRows(
    tx,
    query`WITH gone AS (
       SELECT ${l.id} FROM ${l}
       WHERE ${l.project_id} = ${project.id} AND ${l.ended_at} IS NULL AND ${l.expires_at} <= now()
       ORDER BY ${l.expires_at} LIMIT ${SWEEP_LIMIT} FOR UPDATE SKIP LOCKED)
     UPDATE ${lease} SET ${lease.ended_at} = now() FROM gone WHERE ${leased.id} = ${gone.id}
     RETURNING ${ITEM_ID}`,
  );
  await refreshOpenSlots(
    tx,
    project,
    rows.map((row) => row.itemId),
  );
  return rows.length;
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

/** Ends leases of `lease l` and lets their items flow back. The queue must be locked. */
async function giveBack(tx: Queryable, projectId: string, which: RawBuilder<unknown>) {
  const project = await getLabellingProject(tx, projectId);
  const rows = await listRows(
    tx,
    query`WITH mine AS (
       SELECT ${l.id} FROM ${l} WHERE ${which} ORDER BY ${l.id} FOR UPDATE)
     UPDATE ${lease} SET ${lease.ended_at} = now() FROM mine
     WHERE ${leased.id} = ${mine.id} AND ${leased.ended_at} IS NULL
     RETURNING ${ITEM_ID}`,
  );
  await refreshOpenSlots(
    tx,
    project,
    rows.map((row) => row.itemId),
  );
  return rows.length;
}

/** Gives items back unanswered; leases of others and ended ones are left alone. */
export async function releaseLeases(database: Database, call: LeaseCall): Promise<number> {
  return database.transaction(async (tx) => {
    await lockQueueShared(tx, call.projectId);
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
    await lockQueueAndPerson(tx, id, userId);
    const theirs = sql`${l.project_id} = ${id} AND ${l.user_id} = ${userId} AND ${l.ended_at} IS NULL`;
    released += await giveBack(tx, id, theirs);
  }
  return released;
}
