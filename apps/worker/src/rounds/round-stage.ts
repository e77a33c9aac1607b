import { randomUUID } from 'node:crypto';
import type { RoundState } from '@dubio/contracts';
import { JobAbortedError, type JobContext, type Queryable } from '@dubio/platform';
import { ClaimLostError, holdClaim } from '../hold-claim.js';
import type { Services } from '../services.js';
import { failRound } from './end-round.js';
import { findRound, publishRoundState, type RoundRow } from './round.repository.js';
import { causeOf } from './round-failure.js';

/** Tries of one stage before the round counts as failed, whoever tried. */
export const STAGE_ATTEMPTS = 3;

/** A claimed round; every write names the token, so that nobody writes over a successor. */
export type RoundClaim = {
  readonly round: RoundRow;
  readonly token: string;
  readonly signal: AbortSignal;
};

type Stage = {
  readonly roundId: string;
  /** States the stage may begin in, and the one it runs in. */
  readonly from: readonly RoundState[];
  readonly state: RoundState;
};

/** Claims the round, runs one stage under a heartbeat, and turns failures into rows. */
export async function runRoundStage(
  services: Services,
  context: JobContext,
  stage: Stage,
  work: (claim: RoundClaim) => Promise<void>,
): Promise<void> {
  const token = randomUUID();
  const round = await claimRound(services, stage, token);
  if (round === null) {
    context.logger.debug('the round is held by another worker or has moved on');
    return;
  }
  const beat = () => renewRound(services.database.pool, round.id, token);
  const everyMs = services.timing.heartbeatMs;
  try {
    await holdClaim({ beat, everyMs, signal: context.signal }, (signal) =>
      work({ round, token, signal }),
    );
  } catch (error) {
    await settleStageFailure(services, context, { round, token }, error);
  }
}

async function claimRound(
  services: Services,
  stage: Stage,
  token: string,
): Promise<RoundRow | null> {
  return services.database.transaction(async (client) => {
    const tx = client as Queryable;
    const { rows } = await tx.query<{ before: RoundState }>(
      `WITH before AS (SELECT id, state FROM round WHERE id = $1 FOR NO KEY UPDATE)
       UPDATE round r SET claim_token = $2, heartbeat_at = now(), attempts = attempts + 1,
              state = $3::"RoundState", started_at = coalesce(started_at, now())
         FROM before
        WHERE r.id = before.id AND r.state = ANY($4::"RoundState"[]) AND NOT r.abort_requested
          AND (r.claim_token IS NULL OR r.heartbeat_at < now() - $5::float8 * interval '1 millisecond')
       RETURNING before.state AS before`,
      [stage.roundId, token, stage.state, stage.from, services.timing.staleMs],
    );
    const before = rows[0]?.before;
    if (before === undefined) return null;
    const round = await findRound(tx, stage.roundId);
    if (round !== null && before !== stage.state) await publishRoundState(tx, round, stage.state);
    return round;
  });
}

async function renewRound(db: Queryable, roundId: string, token: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE round SET heartbeat_at = now() WHERE id = $1 AND claim_token = $2 AND NOT abort_requested`,
    [roundId, token],
  );
  return rowCount === 1;
}

async function settleStageFailure(
  services: Services,
  context: JobContext,
  claim: { round: RoundRow; token: string },
  error: unknown,
): Promise<void> {
  const { round, token } = claim;
  if (error instanceof ClaimLostError) {
    context.logger.info('the round was cancelled or taken over');
    return;
  }
  if (isHandBack(error)) {
    await releaseRound(services.database.pool, round.id, token, true);
    throw error;
  }
  const cause = causeOf(error);
  if (!cause.permanent && round.attempts < STAGE_ATTEMPTS) {
    await releaseRound(services.database.pool, round.id, token, false);
    throw error;
  }
  context.logger.error({ err: error, code: cause.code }, 'the round has failed');
  await services.database.transaction(async (tx) => {
    await failRound(tx, round, { cause, subject: null, attempts: round.attempts });
  });
}

/** A shutdown hands work back unharmed; a lost lock means that the queue gave the job to another. */
export const isHandBack = (error: unknown): boolean =>
  error instanceof JobAbortedError && error.reason !== 'timeout';

/** Lets go of the claim; `uncounted` when the try was not a failure of the work. */
async function releaseRound(
  db: Queryable,
  roundId: string,
  token: string,
  uncounted: boolean,
): Promise<void> {
  await db.query(
    `UPDATE round SET claim_token = NULL, heartbeat_at = now(), attempts = greatest(0, attempts - $3)
      WHERE id = $1 AND claim_token = $2`,
    [roundId, token, uncounted ? 1 : 0],
  );
}

/** Writes under the claim, or throws: the last word of a stage is a compare-and-set. */
export async function updateClaimed(
  tx: Queryable,
  claim: Pick<RoundClaim, 'round' | 'token'>,
  assignments: string,
  values: readonly unknown[],
): Promise<void> {
  const { rowCount } = await tx.query(
    `UPDATE round SET ${assignments} WHERE id = $1 AND claim_token = $2 AND NOT abort_requested`,
    [claim.round.id, claim.token, ...values],
  );
  if (rowCount !== 1) throw new ClaimLostError();
}
