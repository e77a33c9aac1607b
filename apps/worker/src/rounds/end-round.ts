import type { RoundState } from '@dubio/contracts';
import { afterRoundEnds } from '@dubio/labelling';
import type { Queryable } from '@dubio/platform';
import type { Cause } from '../claims/cause.js';
import { publishRoundState, type RoundRow } from './round.repository.js';
import { failureSentence } from './round-failure.js';

const RUNNING = `('queued', 'training', 'scoring', 'selecting')`;

/** Rounds of a project begin and end one after the other; whoever locks more rows begins with it. */
export async function lockProject(tx: Queryable, projectId: string): Promise<void> {
  await tx.query('SELECT 1 FROM project WHERE id = $1 FOR NO KEY UPDATE', [projectId]);
}

/**
 * Ends a round as failed, with a sentence for people, and starts what was wished for meanwhile. A round that
 * has ended already is left alone. Call it in a transaction of its own.
 */
export async function failRound(
  tx: Queryable,
  round: RoundRow,
  failure: { cause: Cause; subject: string | null; attempts: number },
): Promise<boolean> {
  await lockProject(tx, round.projectId);
  const locked = await tx.query<{ state: RoundState }>(
    `SELECT state FROM round WHERE id = $1 AND state IN ${RUNNING} FOR NO KEY UPDATE`,
    [round.id],
  );
  const stage = locked.rows[0]?.state;
  if (stage === undefined) return false;
  const message = failureSentence({
    number: round.number,
    stage,
    generation: round.generation,
    kept: stage === 'scoring' ? await keptShards(tx, round.id) : null,
    ...failure,
  });
  await tx.query(
    `UPDATE round SET state = 'failed', failure_code = $2, failure_message = $3, failure_stage = $4::"RoundState",
            finished_at = now(), claim_token = NULL WHERE id = $1`,
    [round.id, failure.cause.code, message, stage],
  );
  await tx.query(
    `UPDATE shard_score SET state = 'cancelled', claim_token = NULL
      WHERE round_id = $1 AND state IN ('waiting', 'running')`,
    [round.id],
  );
  await tx.query(
    `UPDATE round_member SET state = 'cancelled', claim_token = NULL
      WHERE round_id = $1 AND state IN ('waiting', 'running')`,
    [round.id],
  );
  await publishRoundState(tx, round, 'failed');
  await afterRoundEnds(tx, round.projectId);
  return true;
}

async function keptShards(tx: Queryable, roundId: string): Promise<string | null> {
  const { rows } = await tx.query<{ done: number }>(
    `SELECT count(*)::int AS done FROM shard_score WHERE round_id = $1 AND state = 'done'`,
    [roundId],
  );
  const done = rows[0]?.done ?? 0;
  if (done === 0) return null;
  return `${done} ${done === 1 ? 'shard is' : 'shards are'} kept.`;
}
