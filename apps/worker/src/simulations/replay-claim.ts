import { type JobPayload, ProjectId, SimulationId } from '@dubio/contracts';
import { publishEvent, type Queryable } from '@dubio/platform';
import { type Assignments, type ClaimTable, type Held, updateHeld } from '../claims/claim-table.js';
import { enqueueAgain, LOST, type LostWork } from '../claims/lost-work.js';
import type { Claim, Claimable } from '../claims/with-claim.js';
import { getReplay, type ReplayId, type ReplayRow } from './replay.repository.js';

type Replay = { readonly id: ReplayId; readonly replay: ReplayRow };

export type ReplayClaim = Claim<Replay>;

const REPLAY: ClaimTable = {
  name: 'replay',
  key: ['simulation_id', 'rule', 'seed'],
  stateType: 'WorkState',
  owner: { from: 'simulation o', on: 'o.id = c.simulation_id' },
  alive: `o.state IN ('queued', 'running') AND NOT o.abort_requested`,
  idle: 'waiting',
  countsTries: true,
  keepsError: true,
};

const OPEN = ['waiting', 'running'];

export const tellReplay = (tx: Queryable, { id, replay }: Replay): Promise<void> =>
  publishEvent(tx, replay.projectId, {
    type: 'simulation.changed',
    simulationId: SimulationId.parse(id.simulationId),
  });

/** One replay; the last one to end, however it does, closes its simulation. */
export const claimableReplay = (id: ReplayId): Claimable<Replay> => ({
  table: REPLAY,
  key: [id.simulationId, id.rule, id.seed],
  from: OPEN,
  state: 'running',
  prepare: async (tx) => {
    await tx.query(`UPDATE simulation SET state = 'running' WHERE id = $1 AND state = 'queued'`, [
      id.simulationId,
    ]);
  },
  begin: async (tx) => {
    await tx.query(
      'UPDATE replay SET error = NULL WHERE simulation_id = $1 AND rule = $2 AND seed = $3',
      [id.simulationId, id.rule, id.seed],
    );
    const claimed = { id, replay: await getReplay(tx, id) };
    await tellReplay(tx, claimed);
    return claimed;
  },
  afterRelease: tellReplay,
  afterLoss: async (tx, claim) => {
    await tx.query(
      `UPDATE replay SET state = 'cancelled', claim_token = NULL, heartbeat_at = now()
        WHERE simulation_id = $1 AND rule = $2 AND seed = $3 AND claim_token = $4`,
      [...claim.target.key, claim.token],
    );
    await tellReplay(tx, claim);
  },
  fail: (tx, claim, { cause }) =>
    endReplay(tx, claim, { set: `state = 'failed', error = $1`, values: [cause.cause] }),
});

/**
 * The last word on a replay, or on a slice of it.
 * @throws ClaimLostError
 */
export async function endReplay(
  tx: Queryable,
  claim: Held & Replay,
  { set, values }: Assignments,
): Promise<void> {
  const { simulationId } = claim.id;
  await lockSimulation(tx, simulationId);
  await updateHeld(tx, claim, {
    set: `claim_token = NULL, heartbeat_at = now(), ${set}`,
    values,
  });
  await closeSimulation(tx, simulationId);
  await tellReplay(tx, claim);
}

/** Replays that end at the same time count one after the other. */
async function lockSimulation(tx: Queryable, simulationId: string): Promise<void> {
  await tx.query('SELECT 1 FROM simulation WHERE id = $1 FOR NO KEY UPDATE', [simulationId]);
}

/** Ends a simulation none of whose replays is still to come. */
async function closeSimulation(tx: Queryable, simulationId: string): Promise<void> {
  await tx.query(
    `UPDATE simulation SET finished_at = now(), state = CASE
         WHEN EXISTS (SELECT 1 FROM replay WHERE simulation_id = $1 AND state = 'failed') THEN 'failed'
         ELSE 'done' END
      WHERE id = $1 AND state IN ('queued', 'running')
        AND NOT EXISTS (SELECT 1 FROM replay WHERE simulation_id = $1 AND state IN ('waiting', 'running'))`,
    [simulationId],
  );
}

type LostReplay = { simulation_id: string; project_id: string; rule: string; seed: number };

export const jobOf = (id: ReplayId, projectId: string): JobPayload<'simulation.run'> => ({
  simulationId: SimulationId.parse(id.simulationId),
  projectId: ProjectId.parse(projectId),
  rule: id.rule,
  seed: id.seed,
});

export const lostReplays: LostWork<LostReplay> = {
  table: REPLAY,
  states: OPEN,
  columns: ['simulation_id', 'project_id', 'rule', 'seed'],
  again: (tx, { simulation_id, project_id, rule, seed }) =>
    enqueueAgain(
      tx,
      'simulation.run',
      jobOf({ simulationId: simulation_id, rule, seed }, project_id),
    ),
  giveUp: async (tx, { simulation_id, rule, seed }) => {
    await lockSimulation(tx, simulation_id);
    await tx.query(
      `UPDATE replay SET state = 'failed', error = $4
        WHERE simulation_id = $1 AND rule = $2 AND seed = $3 AND state = 'waiting'`,
      [simulation_id, rule, seed, LOST.cause],
    );
    await closeSimulation(tx, simulation_id);
  },
};
