import { AppError, RoundId } from '@dubio/contracts';
import { publishEvent, type Queryable } from '@dubio/platform';
import { afterRoundEnds } from './after-round-ends.js';

/**
 * Ends a running round at once: its row is cancelled and the abort flag stops whoever works on it.
 * Meanwhile a person's wish for another round is taken back with it; what labels, a schedule or a
 * program asked for is no business of that person, and starts. The queue in use stays.
 *
 * @throws AppError resource.not-found, round.not-running
 * @see docs/decisions/0033
 */
export async function cancelRound(
  tx: Queryable,
  at: { projectId: string; number: number },
): Promise<string> {
  await tx.query('SELECT 1 FROM project WHERE id = $1 FOR NO KEY UPDATE', [at.projectId]);
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE round SET state = 'cancelled', abort_requested = true, finished_at = now(),
       claim_token = NULL
     WHERE project_id = $1 AND number = $2
       AND state IN ('queued', 'training', 'scoring', 'selecting')
     RETURNING id`,
    [at.projectId, at.number],
  );
  const round = rows[0];
  if (round === undefined) {
    const known = await tx.query('SELECT 1 FROM round WHERE project_id = $1 AND number = $2', [
      at.projectId,
      at.number,
    ]);
    if (known.rowCount === 0) {
      throw new AppError('resource.not-found', `No round ${at.number} in this project.`);
    }
    throw new AppError('round.not-running', `Round ${at.number} has ended already.`);
  }
  for (const table of ['shard_score', 'round_member']) {
    await tx.query(
      `UPDATE ${table} SET state = 'cancelled', claim_token = NULL
       WHERE round_id = $1 AND state IN ('waiting', 'running')`,
      [round.id],
    );
  }
  await tx.query(
    `UPDATE project SET pending_trigger = NULL WHERE id = $1 AND pending_trigger = 'person'`,
    [at.projectId],
  );
  await publishEvent(tx, at.projectId, {
    type: 'round.changed',
    roundId: RoundId.parse(round.id),
    number: at.number,
    state: 'cancelled',
  });
  await afterRoundEnds(tx, at.projectId);
  return round.id;
}
