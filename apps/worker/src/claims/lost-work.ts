import type { JobName, JobPayload } from '@dubio/contracts';
import {
  columnsOf,
  type Database,
  enqueueJob,
  listRows,
  newId,
  type Queryable,
  query,
  type Row,
  sql,
  table,
} from '@dubio/platform';
import type { ClaimTiming } from '../services.js';
import type { Cause } from './cause.js';
import { type ClaimTable, isOlder, type Sql } from './claim-table.js';

/** Work that was lost this often is what takes its workers down; it is not handed out again. */
export const GIVEN_UP = 6;
export const LOST: Cause = {
  code: 'worker-lost',
  cause: `its worker was lost ${GIVEN_UP} times`,
  permanent: true,
};

const AGAIN = 'sweep:';

/** How lost work of one table is handed out again. */
export type LostWork<Found extends object> = {
  readonly table: ClaimTable;
  /** States in which somebody should be at work. */
  readonly states: readonly string[];
  /** What is not lost though nobody holds it; such as a round that waits for its shards. */
  readonly waits?: Sql;
  readonly found: Row<Found>;
  readonly again: (tx: Queryable, found: Found) => Promise<void>;
  /** Ends what was given up, in a transaction of its own. */
  readonly giveUp?: (tx: Queryable, found: Found) => Promise<void>;
};

/** Finds rows that nobody works on any more and puts their jobs into the queue again, once. */
export async function returnLost<Found extends object>(
  { database, timing }: { readonly database: Database; readonly timing: ClaimTiming },
  work: LostWork<Found>,
): Promise<void> {
  const givenUp = await database.transaction(async (tx) => {
    const ended = work.giveUp ? await takeBack(tx, work, timing, isHopeless(work.table)) : [];
    for (const found of await takeBack(tx, work, timing)) await work.again(tx, found);
    return ended;
  });
  for (const found of givenUp) await database.transaction(async (tx) => work.giveUp?.(tx, found));
}

function isHopeless({ name }: ClaimTable): Sql {
  if (name === 'import') return sql`${importsLost} >= ${GIVEN_UP}`;
  const c = columnsOf(name, 'c');
  return sql`${c.claim_token} IS NOT NULL AND ${c.attempts} >= ${GIVEN_UP}`;
}

const j = table('outbox_job', 'j');

/** The row of an import counts no tries; how often it was handed out again is in the outbox. */
const importsLost = sql<number>`(SELECT count(*) FROM ${j}
  WHERE ${j.name} = 'import.run' AND ${j.job_id} LIKE ${`${AGAIN}%`}
    AND ${j.payload}->>'importId' = ${columnsOf('import', 'c').id}::text)`;

/**
 * Takes the claim from rows that were left behind; the new time keeps them from being found twice.
 */
function takeBack<Found extends object>(
  tx: Queryable,
  { table: claimed, states, waits, found }: LostWork<Found>,
  { staleMs, forgottenMs }: ClaimTiming,
  only: Sql = sql`true`,
): Promise<Found[]> {
  const { name, owner, alive, idle, since } = claimed;
  const [set, c] = [table(name), table(name, 'c')];
  // A claim whose heartbeat is old is dead. What nobody claimed for much longer was lost on the
  // way.
  return listRows(
    tx,
    query`UPDATE ${c} SET ${set.claim_token} = NULL, ${set.heartbeat_at} = now()
        ${idle === null ? sql`` : sql`, ${set.state} = ${idle}`}
      ${owner === null ? sql`` : sql`FROM ${owner.from}`}
      WHERE ${c.state} = ANY(${states})
        ${owner === null ? sql`` : sql`AND ${owner.on}`} ${alive === null ? sql`` : sql`AND ${alive}`}
        AND CASE WHEN ${c.claim_token} IS NOT NULL THEN ${isOlder(c.heartbeat_at, staleMs)}
          ELSE ${isOlder(sql`coalesce(${c.heartbeat_at}, ${since})`, forgottenMs)}
            AND NOT (${waits ?? sql`false`}) END
        AND ${only}
      RETURNING ${found}`,
  );
}

/** Puts a job into the queue once more. */
export const enqueueAgain = <Name extends JobName>(
  tx: Queryable,
  name: Name,
  payload: JobPayload<Name>,
): Promise<void> => enqueueJob(tx, name, payload, { jobId: `${AGAIN}${newId()}` });
