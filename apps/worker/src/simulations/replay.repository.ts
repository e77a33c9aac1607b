import {
  AcquisitionSpec,
  LabelSchema,
  ModelSpec,
  Policies,
  SimulationSpec,
} from '@dubio/contracts';
import type { Queryable } from '@dubio/platform';
import { z } from 'zod';

export type ReplayPoint = { readonly labels: number; readonly metric: number };

/** A replay with everything it is made from. */
export type ReplayRow = {
  readonly projectId: string;
  readonly spec: SimulationSpec;
  readonly modelSpec: ModelSpec;
  readonly labelSchema: LabelSchema;
  /** As rounds of the project choose: items picked jointly, and of the whole queue. */
  readonly batchSize: number;
  readonly queueSize: number;
  readonly truthKey: string | null;
  readonly points: readonly ReplayPoint[];
  readonly chosen: readonly number[];
  readonly scoringSeconds: number | null;
  readonly attempts: number;
};

const Row = z.object({
  project_id: z.string(),
  spec: SimulationSpec,
  model_spec: ModelSpec,
  label_schema: LabelSchema,
  acquisition: AcquisitionSpec,
  policies: Policies,
  truth_key: z.string().nullable(),
  points: z.array(z.object({ labels: z.int(), metric: z.number() })),
  chosen: z.array(z.int()),
  scoring_seconds: z.number().nullable(),
  attempts: z.int(),
});

export type ReplayId = {
  readonly simulationId: string;
  readonly rule: string;
  readonly seed: number;
};

const WHERE = 'p.simulation_id = $1 AND p.rule = $2 AND p.seed = $3';
const idValues = (id: ReplayId) => [id.simulationId, id.rule, id.seed];

/** Claims a replay by compare-and-set; null when it is done, cancelled or held by another. */
export async function claimReplay(
  db: Queryable,
  id: ReplayId,
  claim: { token: string; staleMs: number },
): Promise<ReplayRow | null> {
  const { rows } = await db.query(
    `WITH begun AS (
       UPDATE simulation SET state = 'running' WHERE id = $1 AND state = 'queued')
     UPDATE replay p SET state = 'running', claim_token = $4, heartbeat_at = now(), error = NULL,
            attempts = p.attempts + 1
       FROM simulation s JOIN project j ON j.id = s.project_id
      WHERE ${WHERE} AND s.id = p.simulation_id AND s.state IN ('queued', 'running')
        AND NOT s.abort_requested AND p.state IN ('waiting', 'running')
        AND (p.claim_token IS NULL OR p.heartbeat_at < now() - $5::float8 * interval '1 millisecond')
      RETURNING p.project_id, s.spec, j.model_spec, j.label_schema, j.acquisition, j.policies, j.truth_key, p.points,
        coalesce(p.chosen, '{}') AS chosen, p.scoring_seconds, p.attempts`,
    [...idValues(id), claim.token, claim.staleMs],
  );
  if (rows[0] === undefined) return null;
  const row = Row.parse(rows[0]);
  return {
    projectId: row.project_id,
    spec: row.spec,
    modelSpec: row.spec.modelSpec ?? row.model_spec,
    labelSchema: row.label_schema,
    batchSize: row.acquisition.batchSize,
    queueSize: row.policies.queueSize,
    truthKey: row.truth_key,
    points: row.points,
    chosen: row.chosen,
    scoringSeconds: row.scoring_seconds,
    attempts: row.attempts,
  };
}

export async function renewReplay(db: Queryable, id: ReplayId, token: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE replay p SET heartbeat_at = now() FROM simulation s
      WHERE ${WHERE} AND p.claim_token = $4 AND s.id = p.simulation_id AND NOT s.abort_requested`,
    [...idValues(id), token],
  );
  return rowCount === 1;
}

/** Writes what a replay has found so far; false when the claim is lost. */
export async function writeReplay(
  db: Queryable,
  id: ReplayId,
  token: string,
  found: {
    points: readonly ReplayPoint[];
    chosen: readonly number[];
    fraction: number;
    scoringSeconds: number;
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE replay p SET points = $5, chosen = $6, fraction = $7, scoring_seconds = $8, heartbeat_at = now()
      WHERE ${WHERE} AND p.claim_token = $4`,
    [
      ...idValues(id),
      token,
      JSON.stringify(found.points),
      found.chosen,
      found.fraction,
      found.scoringSeconds,
    ],
  );
  return rowCount === 1;
}

/** Ends or lets go of a replay (without an error the try does not count); the last one to end closes its simulation. */
export async function endReplay(
  tx: Queryable,
  id: ReplayId,
  token: string,
  end: { state: 'waiting' | 'done' | 'failed' | 'cancelled'; error: string | null },
): Promise<void> {
  // Replays that end at the same time count one after the other.
  await tx.query('SELECT 1 FROM simulation WHERE id = $1 FOR NO KEY UPDATE', [id.simulationId]);
  await tx.query(
    `UPDATE replay p SET state = $5::"WorkState", error = $6, claim_token = NULL, heartbeat_at = now(),
            fraction = CASE WHEN $5 = 'done' THEN 1 ELSE p.fraction END,
            attempts = CASE WHEN $5 = 'waiting' AND $6::text IS NULL THEN greatest(0, p.attempts - 1) ELSE p.attempts END
      WHERE ${WHERE} AND p.claim_token = $4`,
    [...idValues(id), token, end.state, end.error],
  );
  await closeSimulation(tx, id.simulationId);
}

/** Ends a simulation none of whose replays is still to come. */
export async function closeSimulation(tx: Queryable, simulationId: string): Promise<void> {
  await tx.query(
    `UPDATE simulation SET finished_at = now(), state = CASE
         WHEN EXISTS (SELECT 1 FROM replay WHERE simulation_id = $1 AND state = 'failed') THEN 'failed'
         ELSE 'done' END
      WHERE id = $1 AND state IN ('queued', 'running')
        AND NOT EXISTS (SELECT 1 FROM replay WHERE simulation_id = $1 AND state IN ('waiting', 'running'))`,
    [simulationId],
  );
}
