import { type JobName, ProjectId, RoundId, type RoundState } from '@dubio/contracts';
import {
  execute,
  lit,
  type Queryable,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from '@dubio/platform';
import { type ClaimTable, type Sql, updateHeld } from '../claims/claim-table.js';
import { enqueueAgain, GIVEN_UP, LOST, type LostWork } from '../claims/lost-work.js';
import { unreadableCause } from '../claims/unreadable.js';
import type { Claim, Claimable } from '../claims/with-claim.js';
import { failRound, failUnreadable, lockProject } from './end-round.js';
import { findRound, getRound, publishRoundState, type RoundRow } from './round.repository.js';

/** A claimed round; every write names the token, so that nobody writes over a successor. */
export type RoundClaim = Claim<{ readonly round: RoundRow }>;

const round = table('round');
const c = table('round', 'c');

const ROUND: ClaimTable = {
  name: 'round',
  key: [c.id],
  owner: null,
  since: c.created_at,
  alive: sql`NOT ${c.abort_requested}`,
  idle: null,
  error: null,
};

type Stage = {
  readonly roundId: string;
  /** States the stage may begin in, and the one it runs in. */
  readonly from: readonly RoundState[];
  readonly state: RoundState;
};

/** A round at one of its stages. */
export const claimableRound = ({
  roundId,
  from,
  state,
}: Stage): Claimable<{ round: RoundRow }> => ({
  table: ROUND,
  key: [roundId],
  from,
  state,
  begin: async (tx, before) => {
    await execute(
      tx,
      query`UPDATE ${round} SET ${round.started_at} = now()
        WHERE ${round.id} = ${roundId} AND ${round.started_at} IS NULL`,
    );
    const claimed = await getRound(tx, roundId);
    if (before !== state) await publishRoundState(tx, claimed, state);
    return { round: claimed };
  },
  unreadable: (tx, _held, cause) => failUnreadable(tx, roundId, cause),
  fail: async (tx, claim, { cause, tries }) => {
    await lockProject(tx, claim.round.projectId);
    await updateHeld(tx, claim, sql`${round.claim_token} = NULL`);
    await failRound(tx, claim.round, { cause, subject: null, attempts: tries });
  },
});

/** Lets go of a round that waits for others; its next stage counts its own tries. */
export const LET_GO = sql`${round.claim_token} = NULL, ${round.heartbeat_at} = now(),
  ${round.attempts} = 0`;

const STAGE_JOB = {
  queued: 'round.train',
  training: 'round.train',
  scoring: 'round.score',
  selecting: 'round.select',
} as const satisfies Partial<Record<RoundState, JobName>>;

const jobOf = (state: RoundState) =>
  state === 'queued' || state === 'training' || state === 'scoring' || state === 'selecting'
    ? STAGE_JOB[state]
    : null;

const hasParts = (name: 'shard_score' | 'round_member', state: RoundState): Sql => {
  const p = table(name, 'p');
  return sql`${c.state} = ${state} AND EXISTS (SELECT 1 FROM ${p}
    WHERE ${p.round_id} = ${c.id} AND ${p.state} IN (${lit(p.state, 'waiting')}, ${lit(p.state, 'running')}))`;
};

const LOST_ROUND = row({ id: c.id, projectId: c.project_id, state: c.state });

/** Rounds left behind at any stage; one that waits for its parts is not. */
export const lostRounds: LostWork<ShapeOf<typeof LOST_ROUND>> = {
  table: ROUND,
  states: Object.keys(STAGE_JOB),
  waits: sql`${hasParts('shard_score', 'scoring')} OR ${hasParts('round_member', 'training')}`,
  found: LOST_ROUND,
  again: async (tx, { id, projectId, state }) => {
    const job = jobOf(state);
    if (job === null) return;
    const payload = { roundId: RoundId.parse(id), projectId: ProjectId.parse(projectId) };
    await enqueueAgain(tx, job, payload);
  },
  giveUp: (tx, { id }) => failLost(tx, id, () => null),
};

/** Ends a round that takes its workers down. */
export async function failLost(
  tx: Queryable,
  roundId: string,
  subject: (lost: RoundRow) => string | null,
): Promise<void> {
  const lost = await findRound(tx, roundId).catch((error: unknown) => {
    if (unreadableCause(error) === null) throw error;
    return null;
  });
  // One whose settings cannot be read ends all the same.
  if (lost === null) return failUnreadable(tx, roundId, LOST);
  await failRound(tx, lost, { cause: LOST, subject: subject(lost), attempts: GIVEN_UP });
}
