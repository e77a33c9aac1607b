import { ProjectId, RoundId } from '@dubio/contracts';
import {
  db,
  enqueueJob,
  execute,
  type JobHandler,
  listRows,
  lit,
  type Queryable,
  query,
  sql,
  table,
} from '@dubio/platform';
import { updateHeld } from '../claims/claim-table.js';
import { withClaim } from '../claims/with-claim.js';
import { SHARD_ROWS } from '../features/shard-layout.js';
import type { Services } from '../services.js';
import { enqueueStage } from './enqueue-stage.js';
import { publishRoundState, type RoundRow } from './round.repository.js';
import { claimableRound, LET_GO, type RoundClaim } from './round-claim.js';

/** `round.score`: one row and one job for each shard of the pool. */
export const createScoreHandler =
  (services: Services): JobHandler<'round.score'> =>
  ({ roundId }, context) =>
    withClaim(
      services,
      context,
      claimableRound({ roundId, from: ['scoring'], state: 'scoring' }),
      (claim) => spreadShards(services, claim),
    );

async function spreadShards(services: Services, claim: RoundClaim): Promise<void> {
  const { round } = claim;
  await services.database.transaction(async (tx) => {
    await createShards(tx, round);
    const rows = await listRows(
      tx,
      db
        .selectFrom('shard_score')
        .select('index')
        .where('round_id', '=', round.id)
        .where('state', '<>', 'done')
        .orderBy('index'),
    );
    if (rows.length === 0) {
      await updateHeld(tx, claim, sql`${table('round').claim_token} = NULL`);
      await beginSelecting(tx, round);
      return;
    }
    for (const { index } of rows) {
      const payload = {
        roundId: RoundId.parse(round.id),
        projectId: ProjectId.parse(round.projectId),
        shard: index,
      };
      await enqueueJob(tx, 'round.score-shard', payload, {
        jobId: `round.score-shard:${round.id}:${index}`,
      });
    }
    await updateHeld(tx, claim, LET_GO);
  });
}

const shard = table('shard_score');
const i = table('item', 'i');
const r = table('round', 'r');
const f = table('feature_set', 'f');
const s = table('shard_score', 's');

/** One row for each shard that has items of the pool, unless there are rows already. */
async function createShards(tx: Queryable, round: RoundRow): Promise<void> {
  const index = sql`${i.ordinal} / ${sql.lit(SHARD_ROWS)}`;
  await execute(
    tx,
    query`INSERT INTO ${shard} (${shard.round_id}, ${shard.project_id}, ${shard.index},
        ${shard.rows}, ${shard.heartbeat_at})
      SELECT ${round.id}::uuid, ${round.projectId}::uuid, ${index}, count(*), now()
        FROM ${i} JOIN ${r} ON ${r.id} = ${round.id}::uuid
          JOIN ${f} ON ${f.id} = ${r.feature_set_id}
       WHERE ${i.project_id} = ${round.projectId}::uuid AND ${i.split} = ${lit(i.split, 'pool')}
         AND ${i.state} = ${lit(i.state, 'pool')} AND ${i.ordinal} < ${f.rows}
         AND NOT EXISTS (SELECT 1 FROM ${s} WHERE ${s.round_id} = ${round.id}::uuid)
       GROUP BY ${index} ON CONFLICT DO NOTHING`,
  );
}

/** Moves a scored round on, once, however many see that it is scored. */
export async function beginSelecting(tx: Queryable, round: RoundRow): Promise<void> {
  const moved = await execute(
    tx,
    db
      .updateTable('round')
      .set({
        state: 'selecting',
        selecting_at: sql`now()`,
        heartbeat_at: sql`now()`,
        attempts: 0,
        claim_token: null,
      })
      .where('id', '=', round.id)
      .where('state', '=', 'scoring')
      .where('abort_requested', '=', false),
  );
  if (moved !== 1) return;
  await publishRoundState(tx, round, 'selecting');
  await enqueueStage(tx, 'round.select', round);
}
