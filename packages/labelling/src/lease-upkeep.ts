import type { Database, Queryable } from '@dubio/platform';
import { getLabellingProject, type ServingProject } from './labelling-project.js';
import { lockQueueShared } from './locks.js';
import { refreshOpenSlots } from './open-slots.js';

const SWEEP_LIMIT = 500;

export type LeaseCall = { projectId: string; userId: string; leaseIds: readonly string[] };

/** Ends what ran out, so that the items flow back; part of each lease call. Returns how many. */
export async function sweepExpired(tx: Queryable, project: ServingProject): Promise<number> {
  const { rows } = await tx.query<{ itemId: string }>(
    `WITH gone AS (
       SELECT id FROM lease
       WHERE project_id = $1 AND ended_at IS NULL AND expires_at <= now()
       ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     UPDATE lease SET ended_at = now() FROM gone WHERE lease.id = gone.id
     RETURNING lease.item_id AS "itemId"`,
    [project.id, SWEEP_LIMIT],
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
  const { rows } = await database.pool.query<{ projectId: string }>(
    `SELECT DISTINCT project_id AS "projectId" FROM lease
     WHERE ended_at IS NULL AND expires_at <= now()`,
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

export type RenewedLease = { leaseId: string; expiresAt: Date };

/** Heartbeat. A lease that ran out but that nobody swept yet is still the person's own. */
export async function renewLeases(
  database: Database,
  call: LeaseCall,
): Promise<{ renewed: RenewedLease[]; lost: string[] }> {
  const { rows } = await database.pool.query<RenewedLease>(
    `WITH mine AS (
       SELECT l.id, (p.policies->>'leaseSeconds')::int AS seconds
       FROM lease l JOIN project p ON p.id = l.project_id
       WHERE l.project_id = $1 AND l.user_id = $2 AND l.id = ANY($3::uuid[])
         AND l.ended_at IS NULL
       ORDER BY l.id FOR UPDATE OF l)
     UPDATE lease SET expires_at = now() + make_interval(secs => coalesce(mine.seconds, 300))
     FROM mine WHERE lease.id = mine.id AND lease.ended_at IS NULL
     RETURNING lease.id AS "leaseId", lease.expires_at AS "expiresAt"`,
    [call.projectId, call.userId, call.leaseIds],
  );
  const kept = new Set(rows.map((row) => row.leaseId));
  return { renewed: rows, lost: call.leaseIds.filter((id) => !kept.has(id)) };
}

/** Gives items back unanswered; leases of others and ended ones are left alone. */
export async function releaseLeases(database: Database, call: LeaseCall): Promise<number> {
  return database.transaction(async (tx) => {
    await lockQueueShared(tx, call.projectId);
    const project = await getLabellingProject(tx, call.projectId);
    const { rows } = await tx.query<{ itemId: string }>(
      `WITH mine AS (
         SELECT id FROM lease
         WHERE project_id = $1 AND user_id = $2 AND id = ANY($3::uuid[]) AND ended_at IS NULL
         ORDER BY id FOR UPDATE)
       UPDATE lease SET ended_at = now() FROM mine
       WHERE lease.id = mine.id AND lease.ended_at IS NULL
       RETURNING lease.item_id AS "itemId"`,
      [call.projectId, call.userId, call.leaseIds],
    );
    await refreshOpenSlots(
      tx,
      project,
      rows.map((row) => row.itemId),
    );
    return rows.length;
  });
}
