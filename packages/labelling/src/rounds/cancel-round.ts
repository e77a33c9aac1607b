import { AppError, RoundId, RUNNING_STATES } from '@dubio/contracts';
import { db, execute, findRow, publishEvent, type Queryable, sql } from '@dubio/platform';
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
  const { projectId, number } = at;
  await execute(
    tx,
    db.selectFrom('project').select('id').where('id', '=', projectId).forNoKeyUpdate(),
  );
  const round = await findRow(
    tx,
    db
      .updateTable('round')
      .set({
        state: 'cancelled',
        abort_requested: true,
        finished_at: sql`now()`,
        claim_token: null,
      })
      .where('project_id', '=', projectId)
      .where('number', '=', number)
      .where('state', 'in', RUNNING_STATES)
      .returning('id'),
  );
  if (round === null) {
    const known = await findRow(
      tx,
      db
        .selectFrom('round')
        .select('id')
        .where('project_id', '=', projectId)
        .where('number', '=', number),
    );
    if (known === null) {
      throw new AppError('resource.not-found', `No round ${number} in this project.`);
    }
    throw new AppError('round.not-running', `Round ${number} has ended already.`);
  }
  for (const part of ['shard_score', 'round_member'] as const) {
    await execute(
      tx,
      db
        .updateTable(part)
        .set({ state: 'cancelled', claim_token: null })
        .where('round_id', '=', round.id)
        .where('state', 'in', ['waiting', 'running']),
    );
  }
  await execute(
    tx,
    db
      .updateTable('project')
      .set({ pending_trigger: null })
      .where('id', '=', projectId)
      .where('pending_trigger', '=', 'person'),
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
