import { AppError, ProjectId, type Round, RoundId } from '@dubio/contracts';
import { enqueueJob, newId, publishEvent, type Queryable } from '@dubio/platform';

export type RoundWish = { projectId: string; trigger: Round['trigger']; userId?: string };

export type RoundRequest =
  | { remembered: false; roundId: string; number: number }
  | { remembered: true };

/** The first wish stands, but one of a person gives way: a person may take it back, labels and clocks cannot. */
async function rememberWish(tx: Queryable, wish: RoundWish): Promise<void> {
  await tx.query(
    `UPDATE project SET pending_trigger = $2
     WHERE id = $1 AND (pending_trigger IS NULL OR pending_trigger = 'person')`,
    [wish.projectId, wish.trigger],
  );
}

/**
 * Freezes what the round works from: settings, feature set, and a cut-off of the labels. Labels are
 * written under the same lock of the project's row, so none can appear below the cut-off later.
 */
async function insertRound(
  tx: Queryable,
  wish: RoundWish,
): Promise<{ roundId: string; number: number }> {
  const { rows } = await tx.query<{ roundId: string; number: number }>(
    `WITH counted AS (
       UPDATE project SET round_number = round_number + 1, labels_at_round = label_count,
         pending_trigger = NULL
       WHERE id = $2
       RETURNING *)
     INSERT INTO round (id, project_id, number, trigger, triggered_by_id, seed, model_spec,
       acquisition, policies, feature_set_id, labels_up_to, labels)
     SELECT $1, p.id, p.round_number, $3, $4,
       (abs(hashtextextended('round:' || p.round_number, p.seed)) % 2147483647)::int,
       p.model_spec, p.acquisition, p.policies,
       (SELECT f.id FROM feature_set f WHERE f.project_id = p.id AND f.rows > 0
        ORDER BY f.rows DESC, f.generation DESC LIMIT 1),
       greatest(clock_timestamp(),
         (SELECT max(l.updated_at) FROM label l WHERE l.project_id = p.id)),
       p.label_count
     FROM counted p
     RETURNING id AS "roundId", number`,
    [newId(), wish.projectId, wish.trigger, wish.userId ?? null],
  );
  const round = rows[0];
  if (round === undefined) throw new Error(`project ${wish.projectId} vanished`);
  return round;
}

/**
 * Starts a round: its row, its job and the news of it, in the caller's transaction. While another
 * one runs, the wish is remembered once, neither lost nor piled up.
 *
 * @throws AppError resource.not-found
 * @see docs/decisions/0033
 */
export async function requestRound(tx: Queryable, wish: RoundWish): Promise<RoundRequest> {
  const locked = await tx.query('SELECT 1 FROM project WHERE id = $1 FOR NO KEY UPDATE', [
    wish.projectId,
  ]);
  if (locked.rowCount === 0) {
    throw new AppError('resource.not-found', `No project ${wish.projectId}.`);
  }
  // A statement of its own: one that waited for the lock would look at what was before it.
  const { rows } = await tx.query<{ running: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM round WHERE project_id = $1
       AND state IN ('queued', 'training', 'scoring', 'selecting')) AS running`,
    [wish.projectId],
  );
  if (rows[0]?.running) {
    await rememberWish(tx, wish);
    return { remembered: true };
  }
  const round = await insertRound(tx, wish);
  const roundId = RoundId.parse(round.roundId);
  const projectId = ProjectId.parse(wish.projectId);
  await enqueueJob(tx, 'round.train', { roundId, projectId }, { jobId: `round.train-${roundId}` });
  await publishEvent(tx, wish.projectId, {
    type: 'round.changed',
    roundId,
    number: round.number,
    state: 'queued',
  });
  return { remembered: false, ...round };
}
