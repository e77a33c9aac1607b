import { RUNNING_STATES } from '@dubio/contracts';
import { afterRoundEnds } from '@dubio/labelling';
import { db, execute, findRow, getRow, type Queryable, sql } from '@dubio/platform';
import type { Cause } from '../claims/cause.js';
import { findRoundHead, publishRoundState, type RoundHead } from './round.repository.js';
import { failureSentence } from './round-failure.js';

/**
 * Rounds of a project begin and end one after the other; whoever locks more rows begins with it.
 */
export async function lockProject(tx: Queryable, projectId: string): Promise<void> {
  await execute(
    tx,
    db.selectFrom('project').select('id').where('id', '=', projectId).forNoKeyUpdate(),
  );
}

/**
 * Ends a round as failed, with a sentence for people, and starts what was wished for meanwhile. A
 * round that has ended already is left alone. Call it in a transaction of its own.
 */
export async function failRound(
  tx: Queryable,
  round: RoundHead,
  failure: { cause: Cause; subject: string | null; attempts: number },
): Promise<boolean> {
  await lockProject(tx, round.projectId);
  const locked = await findRow(
    tx,
    db
      .selectFrom('round')
      .select('state')
      .where('id', '=', round.id)
      .where('state', 'in', RUNNING_STATES)
      .forNoKeyUpdate(),
  );
  const stage = locked?.state;
  if (stage === undefined) return false;
  const message = failureSentence({
    number: round.number,
    stage,
    generation: round.generation,
    kept: stage === 'scoring' ? await keptShards(tx, round.id) : null,
    ...failure,
  });
  await execute(
    tx,
    db
      .updateTable('round')
      .set({
        state: 'failed',
        failure_code: failure.cause.code,
        failure_message: message,
        failure_stage: stage,
        finished_at: sql`now()`,
        claim_token: null,
      })
      .where('id', '=', round.id),
  );
  for (const parts of ['shard_score', 'round_member'] as const) {
    await execute(
      tx,
      db
        .updateTable(parts)
        .set({ state: 'cancelled', claim_token: null })
        .where('round_id', '=', round.id)
        .where('state', 'in', ['waiting', 'running']),
    );
  }
  await publishRoundState(tx, round, 'failed');
  await afterRoundEnds(tx, round.projectId);
  return true;
}

async function keptShards(tx: Queryable, roundId: string): Promise<string | null> {
  const { done } = await getRow(
    tx,
    db
      .selectFrom('shard_score')
      .select(sql<number>`count(*)::int`.as('done'))
      .where('round_id', '=', roundId)
      .where('state', '=', 'done'),
  );
  if (done === 0) return null;
  return `${done} ${done === 1 ? 'shard is' : 'shards are'} kept.`;
}

/** Ends a round of which not even the settings can be read. */
export async function failUnreadable(tx: Queryable, roundId: string, cause: Cause): Promise<void> {
  const round = await findRoundHead(tx, roundId);
  if (round !== null) await failRound(tx, round, { cause, subject: null, attempts: 1 });
}
