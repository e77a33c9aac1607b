import { ProjectId, RoundId } from '@dubio/contracts';
import { enqueueJob, type JobHandler, type Queryable } from '@dubio/platform';
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
  await services.database.transaction(async (client) => {
    const tx = client as Queryable;
    await tx.query(
      `INSERT INTO shard_score (round_id, project_id, index, rows, heartbeat_at)
       SELECT $1::uuid, $2::uuid, i.ordinal / ${SHARD_ROWS}, count(*), now()
         FROM item i JOIN round r ON r.id = $1::uuid JOIN feature_set f ON f.id = r.feature_set_id
        WHERE i.project_id = $2::uuid AND i.split = 'pool' AND i.state = 'pool' AND i.ordinal < f.rows
          AND NOT EXISTS (SELECT 1 FROM shard_score s WHERE s.round_id = $1::uuid)
        GROUP BY i.ordinal / ${SHARD_ROWS} ON CONFLICT DO NOTHING`,
      [round.id, round.projectId],
    );
    const { rows } = await tx.query<{ index: number }>(
      `SELECT index FROM shard_score WHERE round_id = $1 AND state <> 'done' ORDER BY index`,
      [round.id],
    );
    if (rows.length === 0) {
      await updateHeld(tx, claim, { set: 'claim_token = NULL' });
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

/** Moves a scored round on, once, however many see that it is scored. */
export async function beginSelecting(tx: Queryable, round: RoundRow): Promise<void> {
  const { rowCount } = await tx.query(
    `UPDATE round SET state = 'selecting', selecting_at = now(), heartbeat_at = now(), attempts = 0, claim_token = NULL
      WHERE id = $1 AND state = 'scoring' AND NOT abort_requested`,
    [round.id],
  );
  if (rowCount !== 1) return;
  await publishRoundState(tx, round, 'selecting');
  await enqueueStage(tx, 'round.select', round);
}
