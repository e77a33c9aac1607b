import {
  ImportId,
  type JobName,
  type JobPayload,
  ProjectId,
  RoundId,
  type RoundState,
  SimulationId,
} from '@dubio/contracts';
import { enqueueJob, newId, type Queryable } from '@dubio/platform';
import { failRound } from '../rounds/end-round.js';
import { findRound } from '../rounds/round.repository.js';
import type { Cause } from '../rounds/round-failure.js';
import type { Services } from '../services.js';
import { closeSimulation } from '../simulations/replay.repository.js';

/** A claim whose heartbeat is old is dead; what nobody ever claimed was lost on the way after much longer. */
const IS_LOST = (row: string, since: string): string => `(
  (${row}.claim_token IS NOT NULL AND ${row}.heartbeat_at < now() - $1::float8 * interval '1 millisecond')
  OR (${row}.claim_token IS NULL
      AND coalesce(${row}.heartbeat_at, ${since}) < now() - $2::float8 * interval '1 millisecond'))`;

/** Work that was lost this often is what takes its workers down; it is not handed out again. */
const GIVEN_UP = 6;
const LOST: Cause = {
  code: 'worker-lost',
  cause: `its worker was lost ${GIVEN_UP} times`,
  permanent: true,
};

type GivenUp = { readonly roundId: string; readonly subject: string | null };

/** Finds work that nobody does any more and puts its job into the queue again, under the row's new time. */
export async function returnLostWork(services: Services): Promise<void> {
  const givenUp = await services.database.transaction(async (client) => {
    const tx = client as Queryable;
    const ages = [services.timing.staleMs, services.timing.forgottenMs] as const;
    const rounds = await returnRounds(tx, ages);
    const parts = await returnParts(tx, ages);
    await returnImports(tx, ages);
    await returnReplays(tx, ages);
    await returnFeatures(tx, services.timing.forgottenMs);
    return [...rounds, ...parts];
  });
  for (const { roundId, subject } of givenUp) {
    await services.database.transaction(async (client) => {
      const tx = client as Queryable;
      const round = await findRound(tx, roundId);
      if (round) await failRound(tx, round, { cause: LOST, subject, attempts: GIVEN_UP });
    });
  }
}

type Ages = readonly [number, number];

const again = <Name extends JobName>(
  tx: Queryable,
  name: Name,
  payload: JobPayload<Name>,
): Promise<void> => enqueueJob(tx, name, payload, { jobId: `sweep:${newId()}` });

const STAGE_JOB = {
  queued: 'round.train',
  training: 'round.train',
  scoring: 'round.score',
  selecting: 'round.select',
} as const satisfies Partial<Record<RoundState, JobName>>;

async function returnRounds(tx: Queryable, ages: Ages): Promise<GivenUp[]> {
  const { rows } = await tx.query<{
    id: string;
    project_id: string;
    state: keyof typeof STAGE_JOB;
    attempts: number;
  }>(
    `UPDATE round r SET claim_token = NULL, heartbeat_at = now()
      WHERE r.state IN ('queued', 'training', 'scoring', 'selecting') AND NOT r.abort_requested
        AND ${IS_LOST('r', 'r.created_at')}
        AND NOT (r.claim_token IS NULL AND (
          EXISTS (SELECT 1 FROM shard_score s WHERE s.round_id = r.id AND s.state IN ('waiting', 'running') AND r.state = 'scoring')
          OR EXISTS (SELECT 1 FROM round_member m WHERE m.round_id = r.id AND m.state IN ('waiting', 'running') AND r.state = 'training')))
      RETURNING r.id, r.project_id, r.state, r.attempts`,
    ages,
  );
  for (const row of rows) {
    const payload = {
      roundId: RoundId.parse(row.id),
      projectId: ProjectId.parse(row.project_id),
    };
    if (row.attempts < GIVEN_UP) await again(tx, STAGE_JOB[row.state], payload);
  }
  return rows.flatMap((row) =>
    row.attempts < GIVEN_UP ? [] : [{ roundId: row.id, subject: null }],
  );
}

async function returnParts(tx: Queryable, ages: Ages): Promise<GivenUp[]> {
  const givenUp: GivenUp[] = [];
  for (const [table, stage] of [
    ['shard_score', 'scoring'],
    ['round_member', 'training'],
  ] as const) {
    const { rows } = await tx.query<{
      round_id: string;
      project_id: string;
      index: number;
      attempts: number;
    }>(
      `UPDATE ${table} p SET claim_token = NULL, state = 'waiting', heartbeat_at = now() FROM round r
        WHERE r.id = p.round_id AND r.state = $3::"RoundState" AND NOT r.abort_requested
          AND p.state IN ('waiting', 'running') AND ${IS_LOST('p', 'r.created_at')}
        RETURNING p.round_id, p.project_id, p.index, p.attempts`,
      [...ages, stage],
    );
    for (const row of rows) {
      const ids = {
        roundId: RoundId.parse(row.round_id),
        projectId: ProjectId.parse(row.project_id),
      };
      const isShard = stage === 'scoring';
      if (row.attempts >= GIVEN_UP) {
        const subject = isShard ? `Shard ${row.index + 1}` : `Network ${row.index + 1}`;
        givenUp.push({ roundId: row.round_id, subject });
      } else if (isShard) await again(tx, 'round.score-shard', { ...ids, shard: row.index });
      else await again(tx, 'round.train-member', { ...ids, member: row.index });
    }
  }
  return givenUp;
}

async function returnImports(tx: Queryable, ages: Ages): Promise<void> {
  const { rows } = await tx.query<{ id: string; project_id: string }>(
    `UPDATE import i SET claim_token = NULL, heartbeat_at = now()
      WHERE i.state IN ('queued', 'running') AND ${IS_LOST('i', 'i.created_at')}
      RETURNING i.id, i.project_id`,
    ages,
  );
  for (const row of rows) {
    await again(tx, 'import.run', {
      importId: ImportId.parse(row.id),
      projectId: ProjectId.parse(row.project_id),
    });
  }
}

async function returnReplays(tx: Queryable, ages: Ages): Promise<void> {
  const givenUp = await tx.query<{ simulation_id: string }>(
    `UPDATE replay p SET state = 'failed', claim_token = NULL, error = $3
      WHERE p.state = 'running' AND p.attempts >= $4 AND ${IS_LOST('p', 'p.heartbeat_at')}
      RETURNING p.simulation_id`,
    [...ages, LOST.cause, GIVEN_UP],
  );
  for (const row of givenUp.rows) await closeSimulation(tx, row.simulation_id);
  const { rows } = await tx.query<{
    simulation_id: string;
    project_id: string;
    rule: string;
    seed: number;
  }>(
    `UPDATE replay p SET claim_token = NULL, state = 'waiting', heartbeat_at = now() FROM simulation s
      WHERE s.id = p.simulation_id AND s.state IN ('queued', 'running') AND NOT s.abort_requested
        AND p.state IN ('waiting', 'running') AND ${IS_LOST('p', 's.created_at')}
      RETURNING p.simulation_id, p.project_id, p.rule, p.seed`,
    ages,
  );
  for (const row of rows) {
    await again(tx, 'simulation.run', {
      simulationId: SimulationId.parse(row.simulation_id),
      projectId: ProjectId.parse(row.project_id),
      rule: row.rule,
      seed: row.seed,
    });
  }
}

/** Projects whose items are ahead of their features, with nobody at work on it. */
async function returnFeatures(tx: Queryable, forgottenMs: number): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    `SELECT p.id FROM project p
      WHERE p.next_ordinal > coalesce((SELECT max(f.rows) FROM feature_set f WHERE f.project_id = p.id), 0)
        AND NOT EXISTS (SELECT 1 FROM import i WHERE i.project_id = p.id
                         AND (i.state IN ('queued', 'running') OR i.error IS NOT NULL))
        AND EXISTS (SELECT 1 FROM import i WHERE i.project_id = p.id AND i.state = 'done'
                     AND i.finished_at < now() - $1::float8 * interval '1 millisecond')`,
    [forgottenMs],
  );
  for (const { id } of rows) {
    const slot = Math.floor(Date.now() / forgottenMs);
    const projectId = ProjectId.parse(id);
    const jobId = `features.compute:${id}:sweep-${slot}`;
    await enqueueJob(tx, 'features.compute', { projectId }, { jobId });
  }
}
