import type { JobName, JobPayload } from '@dubio/contracts';
import { type Database, enqueueJob, newId, type Queryable } from '@dubio/platform';
import type { ClaimTiming } from '../services.js';
import type { Cause } from './cause.js';
import type { ClaimTable } from './claim-table.js';

/** Work that was lost this often is what takes its workers down; it is not handed out again. */
export const GIVEN_UP = 6;
export const LOST: Cause = {
  code: 'worker-lost',
  cause: `its worker was lost ${GIVEN_UP} times`,
  permanent: true,
};

/** How lost work of one table is handed out again. */
export type LostWork<Row> = {
  readonly table: ClaimTable;
  /** States in which somebody should be at work. */
  readonly states: readonly string[];
  /** What is not lost though nobody holds it, in SQL; such as a round that waits for its shards. */
  readonly waits?: string;
  readonly columns: readonly (keyof Row & string)[];
  readonly again: (tx: Queryable, row: Row) => Promise<void>;
  /** Ends what was given up, in a transaction of its own. */
  readonly giveUp?: (tx: Queryable, row: Row) => Promise<void>;
};

/** Finds rows that nobody works on any more and puts their jobs into the queue again, once. */
export async function returnLost<Row>(
  { database, timing }: { readonly database: Database; readonly timing: ClaimTiming },
  work: LostWork<Row>,
): Promise<void> {
  const givenUp = await database.transaction(async (client) => {
    const tx: Queryable = client;
    const ended = work.giveUp ? await takeBack(tx, work, timing, HOPELESS) : [];
    for (const row of await takeBack(tx, work, timing)) await work.again(tx, row);
    return ended;
  });
  for (const row of givenUp) await database.transaction(async (tx) => work.giveUp?.(tx, row));
}

const HOPELESS = `AND c.claim_token IS NOT NULL AND c.attempts >= ${GIVEN_UP}`;

/** Takes the claim from rows that were left behind; the new time keeps them from being found twice. */
async function takeBack<Row>(
  tx: Queryable,
  { table, states, waits, columns }: LostWork<Row>,
  { staleMs, forgottenMs }: ClaimTiming,
  only = '',
): Promise<Row[]> {
  const { name, owner, alive, idle, stateType } = table;
  // A claim whose heartbeat is old is dead; what nobody ever claimed was lost on the way after much longer.
  const { rows } = await tx.query<Row>(
    `UPDATE ${name} c SET claim_token = NULL, heartbeat_at = now()
            ${idle === null ? '' : `, state = '${idle}'`}
       ${owner === null ? '' : `FROM ${owner.from}`}
      WHERE c.state = ANY($3::"${stateType}"[])
        ${owner === null ? '' : `AND ${owner.on}`} ${alive === null ? '' : `AND ${alive}`}
        AND CASE WHEN c.claim_token IS NOT NULL
              THEN c.heartbeat_at < now() - $1::float8 * interval '1 millisecond'
              ELSE coalesce(c.heartbeat_at, ${owner === null ? 'c' : 'o'}.created_at)
                     < now() - $2::float8 * interval '1 millisecond'
                   AND NOT (${waits ?? 'false'}) END ${only}
      RETURNING ${columns.map((column) => `c.${column}`).join(', ')}`,
    [staleMs, forgottenMs, states],
  );
  return rows;
}

/** Puts a job into the queue once more. */
export const enqueueAgain = <Name extends JobName>(
  tx: Queryable,
  name: Name,
  payload: JobPayload<Name>,
): Promise<void> => enqueueJob(tx, name, payload, { jobId: `sweep:${newId()}` });
