import { type JobPayload, ProjectId, SimulationId } from '@dubio/contracts';
import {
  db,
  execute,
  lit,
  publishEvent,
  type Queryable,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from '@dubio/platform';
import { type ClaimTable, type Held, type Sql, updateHeld } from '../claims/claim-table.js';
import { enqueueAgain, LOST, type LostWork } from '../claims/lost-work.js';
import type { Claim, Claimable } from '../claims/with-claim.js';
import { getReplay, type ReplayId, type ReplayRow } from './replay.repository.js';

type Replay = { readonly id: ReplayId; readonly replay: ReplayRow };
/** What is known of a replay before its settings are read. */
type NamedReplay = { readonly id: ReplayId; readonly replay: Pick<ReplayRow, 'projectId'> };

export type ReplayClaim = Claim<Replay>;

const set = table('replay');
const c = table('replay', 'c');
const o = table('simulation', 'o');
const simulation = table('simulation');
const r = table('replay', 'r');

const REPLAY: ClaimTable = {
  name: 'replay',
  key: [c.simulation_id, c.rule, c.seed],
  owner: { from: sql`${o}`, on: sql`${o.id} = ${c.simulation_id}` },
  since: o.created_at,
  alive: sql`${o.state} IN (${lit(o.state, 'queued')}, ${lit(o.state, 'running')}) AND NOT ${o.abort_requested}`,
  idle: 'waiting',
  error: set.error,
};

const isReplay = ({ simulationId, rule, seed }: ReplayId) =>
  sql<boolean>`${set.simulation_id} = ${simulationId} AND ${set.rule} = ${rule}
    AND ${set.seed} = ${seed}`;

const OPEN = ['waiting', 'running'];

export const tellReplay = (tx: Queryable, { id, replay }: NamedReplay): Promise<void> =>
  publishEvent(tx, replay.projectId, {
    type: 'simulation.changed',
    simulationId: SimulationId.parse(id.simulationId),
  });

/** One replay; the last one to end, however it does, closes its simulation. */
export const claimableReplay = (
  id: ReplayId & { readonly projectId: string },
): Claimable<Replay> => ({
  table: REPLAY,
  key: [id.simulationId, id.rule, id.seed],
  from: OPEN,
  state: 'running',
  prepare: async (tx) => {
    await execute(
      tx,
      db
        .updateTable('simulation')
        .set({ state: 'running' })
        .where('id', '=', id.simulationId)
        .where('state', '=', 'queued'),
    );
  },
  begin: async (tx) => {
    await execute(tx, query`UPDATE ${set} SET ${set.error} = NULL WHERE ${isReplay(id)}`);
    const claimed = { id, replay: await getReplay(tx, id) };
    await tellReplay(tx, claimed);
    return claimed;
  },
  afterRelease: tellReplay,
  afterLoss: async (tx, claim) => {
    await execute(
      tx,
      query`UPDATE ${set} SET ${set.state} = ${lit(set.state, 'cancelled')}, ${set.claim_token} = NULL,
          ${set.heartbeat_at} = now()
        WHERE ${isReplay(id)} AND ${set.claim_token} = ${claim.token}`,
    );
    await tellReplay(tx, claim);
  },
  unreadable: (tx, held, { cause }) =>
    endReplay(tx, { ...held, id, replay: { projectId: id.projectId } }, failedBy(cause)),
  fail: (tx, claim, { cause }) => endReplay(tx, claim, failedBy(cause.cause)),
});

const failedBy = (cause: string): Sql =>
  sql`${set.state} = ${lit(set.state, 'failed')}, ${set.error} = ${cause}`;

/**
 * The last word on a replay, or on a slice of it.
 * @throws ClaimLostError
 */
export async function endReplay(
  tx: Queryable,
  claim: Held & NamedReplay,
  assignments: Sql,
): Promise<void> {
  const { simulationId } = claim.id;
  await lockSimulation(tx, simulationId);
  await updateHeld(
    tx,
    claim,
    sql`${set.claim_token} = NULL, ${set.heartbeat_at} = now(), ${assignments}`,
  );
  await closeSimulation(tx, simulationId);
  await tellReplay(tx, claim);
}

/** Replays that end at the same time count one after the other. */
async function lockSimulation(tx: Queryable, simulationId: string): Promise<void> {
  await execute(
    tx,
    db.selectFrom('simulation').select('id').where('id', '=', simulationId).forNoKeyUpdate(),
  );
}

/** Ends a simulation none of whose replays is still to come. */
async function closeSimulation(tx: Queryable, simulationId: string): Promise<void> {
  const { id, state, finished_at } = simulation;
  const hasReplay = (states: readonly string[]) => sql<boolean>`EXISTS (SELECT 1 FROM ${r}
    WHERE ${r.simulation_id} = ${simulationId} AND ${r.state} = ANY(${states}))`;
  await execute(
    tx,
    query`UPDATE ${simulation} SET ${finished_at} = now(),
        ${state} = CASE WHEN ${hasReplay(['failed'])} THEN 'failed' ELSE 'done' END
      WHERE ${id} = ${simulationId} AND ${state} IN (${lit(state, 'queued')}, ${lit(state, 'running')})
        AND NOT ${hasReplay(OPEN)}`,
  );
}

export const jobOf = (id: ReplayId, projectId: string): JobPayload<'simulation.run'> => ({
  simulationId: SimulationId.parse(id.simulationId),
  projectId: ProjectId.parse(projectId),
  rule: id.rule,
  seed: id.seed,
});

const LOST_REPLAY = row({
  simulationId: c.simulation_id,
  projectId: c.project_id,
  rule: c.rule,
  seed: c.seed,
});

export const lostReplays: LostWork<ShapeOf<typeof LOST_REPLAY>> = {
  table: REPLAY,
  states: OPEN,
  found: LOST_REPLAY,
  again: (tx, found) => enqueueAgain(tx, 'simulation.run', jobOf(found, found.projectId)),
  giveUp: async (tx, found) => {
    await lockSimulation(tx, found.simulationId);
    await execute(
      tx,
      query`UPDATE ${set} SET ${set.state} = ${lit(set.state, 'failed')}, ${set.error} = ${LOST.cause}
        WHERE ${isReplay(found)} AND ${set.state} = ${lit(set.state, 'waiting')}`,
    );
    await closeSimulation(tx, found.simulationId);
  },
};
