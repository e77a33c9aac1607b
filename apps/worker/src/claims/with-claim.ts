import { randomUUID } from 'node:crypto';
import {
  type Database,
  isOutage,
  JobAbortedError,
  type JobContext,
  type Queryable,
} from '@dubio/platform';
import type { ClaimTiming } from '../services.js';
import { type Cause, causeOf } from './cause.js';
import { type ClaimTarget, claimRow, type Held, releaseRow, renewRow } from './claim-table.js';
import { ClaimLostError, holdClaim } from './hold-claim.js';
import { unreadableCause } from './unreadable.js';

/** Tries of one piece of work before it counts as failed, whoever tried. */
export const MOST_TRIES = 3;

/** Work that may be claimed, and what is special about it. */
export type Claimable<Work extends object> = ClaimTarget & {
  /** Comes first in the transaction of the claim, where other rows must be locked or moved on. */
  readonly prepare?: (tx: Queryable) => Promise<void>;
  /** Reads what the work needs, and tells people, in the transaction of the claim. */
  readonly begin: (tx: Queryable, before: string) => Promise<Work>;
  /** Tells people that the row waits for its next try. */
  readonly afterRelease?: (tx: Queryable, work: Work) => Promise<void>;
  /** Marks what was cancelled while it ran; the row may be another's by now. */
  readonly afterLoss?: (tx: Queryable, claim: Held & Work) => Promise<void>;
  /**
   * Ends work as failed of which not even the settings can be read, under the claim, in a
   * transaction of its own.
   */
  readonly unreadable?: (tx: Queryable, held: Held, cause: Cause) => Promise<void>;
  /**
   * Ends the work as failed, under the claim, in a transaction of its own.
   * @throws ClaimLostError
   */
  readonly fail: (tx: Queryable, claim: Held & Work, failure: Failure) => Promise<void>;
};

/**
 * What work is given: all that was read of it, the token, and a signal that fires when it is lost.
 */
export type Claim<Work extends object> = Held & Work & { readonly signal: AbortSignal };

export type Failure = { readonly cause: Cause; readonly tries: number };

type Workplace = { readonly database: Database; readonly timing: ClaimTiming };

/**
 * Claims a row, works on it under a heartbeat, and turns failures into rows. A second claimer gets
 * nothing while the first one's heartbeat is young; when it is old, it takes over. What may pass is
 * tried again: the claim is released, and the error goes on to the queue. `work` writes its result
 * by `updateHeld`, so that nobody writes over a successor.
 * @see docs/decisions/0041
 */
export async function withClaim<Work extends object>(
  { database, timing }: Workplace,
  context: JobContext,
  claimable: Claimable<Work>,
  work: (claim: Claim<Work>) => Promise<void>,
): Promise<void> {
  const held: Held = { target: claimable, token: randomUUID() };
  const take = async (tx: Queryable) => {
    await claimable.prepare?.(tx);
    return claimRow(tx, held, timing.staleMs);
  };
  const taken = await database
    .transaction(async (tx) => {
      const claimed = await take(tx);
      if (claimed === null) return null;
      return { begun: await claimable.begin(tx, claimed.before), tries: claimed.tries };
    })
    .catch(async (error: unknown) => {
      const cause = unreadableCause(error);
      const { unreadable } = claimable;
      if (cause === null || unreadable === undefined) throw error;
      context.logger.error({ err: error, table: claimable.table.name }, 'the work cannot be read');
      await database.transaction(async (tx) => {
        if ((await take(tx)) !== null) await unreadable(tx, held, cause);
      });
      return null;
    });
  if (taken === null) {
    context.logger.debug({ table: claimable.table.name }, 'done, cancelled or held by another');
    return;
  }
  const claim = { ...held, ...taken.begun };
  const renew = () => renewRow(database.pool, held);
  try {
    await holdClaim({ renew, everyMs: timing.heartbeatMs, signal: context.signal }, (signal) =>
      work({ ...claim, signal }),
    );
  } catch (error) {
    const tries = taken.tries ?? context.attempt;
    await settleFailure(database, context, { claimable, claim, tries, error });
  }
}

/**
 * A shutdown hands work back unharmed; a lost lock says that the queue gave the job to another; a
 * database that was away, or a full disk, says nothing of the work.
 */
const isHandBack = (error: unknown): boolean =>
  (error instanceof JobAbortedError && error.reason !== 'timeout') || isOutage(error);

async function settleFailure<Work extends object>(
  database: Database,
  context: JobContext,
  failed: { claimable: Claimable<Work>; claim: Held & Work; tries: number; error: unknown },
): Promise<void> {
  const { claimable, claim, tries, error } = failed;
  const table = claimable.table.name;
  if (error instanceof ClaimLostError) {
    context.logger.info({ table }, 'the work was cancelled or taken over');
    await database.transaction(async (tx) => claimable.afterLoss?.(tx, claim));
    return;
  }
  const cause = causeOf(error);
  const handBack = isHandBack(error);
  if (handBack || (!cause.permanent && tries < MOST_TRIES)) {
    await database.transaction(async (tx) => {
      await releaseRow(tx, claim, { isHandBack: handBack, cause: cause.cause });
      await claimable.afterRelease?.(tx, claim);
    });
    throw error;
  }
  context.logger.error({ err: error, code: cause.code, table }, 'the work has failed');
  try {
    await database.transaction((tx) => claimable.fail(tx, claim, { cause, tries }));
  } catch (lost) {
    if (!(lost instanceof ClaimLostError)) throw lost;
    context.logger.info({ table }, 'the work was cancelled or taken over');
  }
}
