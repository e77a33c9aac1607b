import { randomUUID } from 'node:crypto';
import type { RoundState } from '@dubio/contracts';
import type { JobContext, Queryable } from '@dubio/platform';
import { ClaimLostError, holdClaim } from '../hold-claim.js';
import type { Services } from '../services.js';
import { failRound } from './end-round.js';
import { findRound, type RoundRow } from './round.repository.js';
import { causeOf } from './round-failure.js';
import { isHandBack, STAGE_ATTEMPTS } from './round-stage.js';

/** Parts of a round that run beside each other: shards to score, members to train. */
export type PartKind = {
  readonly table: 'shard_score' | 'round_member';
  /** The state in which the round has such parts. */
  readonly roundState: RoundState;
  readonly subject: (index: number, round: RoundRow) => string;
};

export type PartClaim = {
  readonly round: RoundRow;
  readonly index: number;
  readonly token: string;
  readonly signal: AbortSignal;
};

/** Claims one part by compare-and-set, runs it under a heartbeat, and turns failures into rows. */
export async function runPart(
  services: Services,
  context: JobContext,
  part: PartKind & { roundId: string; index: number },
  work: (claim: PartClaim) => Promise<void>,
): Promise<void> {
  const token = randomUUID();
  const db: Queryable = services.database.pool;
  const attempts = await claimPart(services, part, token);
  const round = attempts === null ? null : await findRound(db, part.roundId);
  if (attempts === null || round === null) {
    context.logger.debug('the part is done or held by another worker');
    return;
  }
  const { index } = part;
  const everyMs = services.timing.heartbeatMs;
  try {
    await holdClaim(
      { beat: () => renewPart(db, part, token), everyMs, signal: context.signal },
      (signal) => work({ round, index, token, signal }),
    );
  } catch (error) {
    if (error instanceof ClaimLostError) return;
    const handBack = isHandBack(error);
    const cause = causeOf(error);
    if (handBack || (!cause.permanent && attempts < STAGE_ATTEMPTS)) {
      await releasePart(db, part, token, { handBack, cause: cause.cause });
      throw error;
    }
    context.logger.error({ err: error, code: cause.code }, 'a part of the round has failed');
    await services.database.transaction(async (client) => {
      const tx = client as Queryable;
      const subject = part.subject(index, round);
      await failRound(tx, round, { cause, subject, attempts });
      await tx.query(
        `UPDATE ${part.table} SET state = 'failed', error = $3, claim_token = NULL
          WHERE round_id = $1 AND index = $2`,
        [part.roundId, index, cause.cause],
      );
    });
  }
}

type PartId = PartKind & { roundId: string; index: number };

async function claimPart(services: Services, part: PartId, token: string): Promise<number | null> {
  const isShard = part.table === 'shard_score';
  const { rows } = await (services.database.pool as Queryable).query<{ attempts: number }>(
    `UPDATE ${part.table} p SET state = 'running', claim_token = $3, heartbeat_at = now(),
            attempts = p.attempts + 1 ${isShard ? ', worker_id = $6' : ''}
       FROM round r
      WHERE p.round_id = $1 AND p.index = $2 AND r.id = p.round_id AND r.state = $4::"RoundState"
        AND NOT r.abort_requested AND p.state IN ('waiting', 'running')
        AND (p.claim_token IS NULL OR p.heartbeat_at < now() - $5::float8 * interval '1 millisecond')
      RETURNING p.attempts`,
    [
      part.roundId,
      part.index,
      token,
      part.roundState,
      services.timing.staleMs,
      ...(isShard ? [services.workerId] : []),
    ],
  );
  return rows[0]?.attempts ?? null;
}

async function renewPart(db: Queryable, part: PartId, token: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE ${part.table} p SET heartbeat_at = now() FROM round r
      WHERE p.round_id = $1 AND p.index = $2 AND p.claim_token = $3 AND r.id = p.round_id
        AND r.state = $4::"RoundState" AND NOT r.abort_requested`,
    [part.roundId, part.index, token, part.roundState],
  );
  return rowCount === 1;
}

async function releasePart(
  db: Queryable,
  part: PartId,
  token: string,
  why: { handBack: boolean; cause: string },
): Promise<void> {
  await db.query(
    `UPDATE ${part.table} SET state = 'waiting', claim_token = NULL, heartbeat_at = now(),
            attempts = greatest(0, attempts - $4), error = $5
      WHERE round_id = $1 AND index = $2 AND claim_token = $3`,
    [part.roundId, part.index, token, why.handBack ? 1 : 0, why.handBack ? null : why.cause],
  );
}

/** Marks a part done under its claim; answers how many parts of the round are left. */
export async function finishPart(
  tx: Queryable,
  kind: PartKind,
  claim: PartClaim,
  done: { assignments: string; values: readonly unknown[] },
): Promise<number> {
  // Parts that finish at the same time count one after the other: exactly one of them sees that none is left.
  const round = await tx.query(
    `SELECT 1 FROM round WHERE id = $1 AND state = $2::"RoundState" AND NOT abort_requested FOR NO KEY UPDATE`,
    [claim.round.id, kind.roundState],
  );
  if (round.rowCount !== 1) throw new ClaimLostError();
  const { rowCount } = await tx.query(
    `UPDATE ${kind.table} SET state = 'done', claim_token = NULL, error = NULL, ${done.assignments}
      WHERE round_id = $1 AND index = $2 AND claim_token = $3`,
    [claim.round.id, claim.index, claim.token, ...done.values],
  );
  if (rowCount !== 1) throw new ClaimLostError();
  const { rows } = await tx.query<{ left: number }>(
    `SELECT count(*)::int AS left FROM ${kind.table} WHERE round_id = $1 AND state <> 'done'`,
    [claim.round.id],
  );
  return rows[0]!.left;
}
