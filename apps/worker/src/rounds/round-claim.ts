import { type JobName, ProjectId, RoundId, type RoundState } from '@dubio/contracts';
import type { Queryable } from '@dubio/platform';
import { type ClaimTable, updateHeld } from '../claims/claim-table.js';
import { enqueueAgain, GIVEN_UP, LOST, type LostWork } from '../claims/lost-work.js';
import type { Claim, Claimable } from '../claims/with-claim.js';
import { failRound, lockProject } from './end-round.js';
import { findRound, getRound, publishRoundState, type RoundRow } from './round.repository.js';

/** A claimed round; every write names the token, so that nobody writes over a successor. */
export type RoundClaim = Claim<{ readonly round: RoundRow }>;

const ROUND: ClaimTable = {
  name: 'round',
  key: ['id'],
  stateType: 'RoundState',
  owner: null,
  alive: 'NOT c.abort_requested',
  idle: null,
  countsTries: true,
  keepsError: false,
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
    await tx.query('UPDATE round SET started_at = now() WHERE id = $1 AND started_at IS NULL', [
      roundId,
    ]);
    const round = await getRound(tx, roundId);
    if (before !== state) await publishRoundState(tx, round, state);
    return { round };
  },
  fail: async (tx, claim, { cause, tries }) => {
    const { round } = claim;
    await lockProject(tx, round.projectId);
    await updateHeld(tx, claim, { set: 'claim_token = NULL' });
    await failRound(tx, round, { cause, subject: null, attempts: tries });
  },
});

/** Lets go of a round that waits for others; its next stage counts its own tries. */
export const LET_GO = { set: 'claim_token = NULL, heartbeat_at = now(), attempts = 0' };

type LostRound = { id: string; project_id: string; state: keyof typeof STAGE_JOB };

const STAGE_JOB = {
  queued: 'round.train',
  training: 'round.train',
  scoring: 'round.score',
  selecting: 'round.select',
} as const satisfies Partial<Record<RoundState, JobName>>;

const hasParts = (table: 'shard_score' | 'round_member', state: RoundState): string =>
  `c.state = '${state}' AND EXISTS (SELECT 1 FROM ${table} p
     WHERE p.round_id = c.id AND p.state IN ('waiting', 'running'))`;

/** Rounds left behind at any stage; one that waits for its parts is not. */
export const lostRounds: LostWork<LostRound> = {
  table: ROUND,
  states: Object.keys(STAGE_JOB),
  waits: `${hasParts('shard_score', 'scoring')} OR ${hasParts('round_member', 'training')}`,
  columns: ['id', 'project_id', 'state'],
  again: (tx, { id, project_id, state }) =>
    enqueueAgain(tx, STAGE_JOB[state], {
      roundId: RoundId.parse(id),
      projectId: ProjectId.parse(project_id),
    }),
  giveUp: (tx, { id }) => failLost(tx, id, () => null),
};

/** Ends a round that takes its workers down. */
export async function failLost(
  tx: Queryable,
  roundId: string,
  subject: (round: RoundRow) => string | null,
): Promise<void> {
  const round = await findRound(tx, roundId);
  if (round === null) return;
  await failRound(tx, round, { cause: LOST, subject: subject(round), attempts: GIVEN_UP });
}
