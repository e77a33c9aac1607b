import { type JobPayload, ProjectId, RoundId, type RoundState } from '@dubio/contracts';
import type { Queryable } from '@dubio/platform';
import { type Assignments, type ClaimTable, updateHeld } from '../claims/claim-table.js';
import { ClaimLostError } from '../claims/hold-claim.js';
import { enqueueAgain, type LostWork } from '../claims/lost-work.js';
import type { Claim, Claimable } from '../claims/with-claim.js';
import { failRound, lockProject } from './end-round.js';
import { getRound, type RoundRow } from './round.repository.js';
import { failLost } from './round-claim.js';

/** Parts of a round that run beside each other: shards to score, members to train. */
export type PartKind = {
  readonly table: ClaimTable;
  /** The state in which the round has such parts. */
  readonly roundState: RoundState;
  readonly subject: (index: number, round: RoundRow) => string;
};

type Part = { readonly round: RoundRow; readonly index: number };

export type PartClaim = Claim<Part>;

const partTable = (name: 'shard_score' | 'round_member', roundState: RoundState): ClaimTable => ({
  name,
  key: ['round_id', 'index'],
  stateType: 'WorkState',
  owner: { from: 'round o', on: 'o.id = c.round_id' },
  alive: `o.state = '${roundState}' AND NOT o.abort_requested`,
  idle: 'waiting',
  countsTries: true,
  keepsError: true,
});

export const SHARD: PartKind = {
  table: partTable('shard_score', 'scoring'),
  roundState: 'scoring',
  subject: (index) => `Shard ${index + 1}`,
};

export const MEMBER: PartKind = {
  table: partTable('round_member', 'training'),
  roundState: 'training',
  subject: (index, { modelSpec }) =>
    modelSpec.partitioned
      ? `Fit ${index + 1} of the shards`
      : `Member ${index + 1} of the ensemble`,
};

const OPEN = ['waiting', 'running'];

/** One part of a round; when it fails for good, so does the round. */
export const claimablePart = (
  kind: PartKind,
  { roundId, index }: { readonly roundId: string; readonly index: number },
  onBegin: (tx: Queryable) => Promise<unknown> = async () => {},
): Claimable<Part> => ({
  table: kind.table,
  key: [roundId, index],
  from: OPEN,
  state: 'running',
  begin: async (tx) => {
    await onBegin(tx);
    return { round: await getRound(tx, roundId), index };
  },
  fail: async (tx, claim, { cause, tries }) => {
    const { round } = claim;
    await lockProject(tx, round.projectId);
    await updateHeld(tx, claim, {
      set: `state = 'failed', error = $1, claim_token = NULL`,
      values: [cause.cause],
    });
    const subject = kind.subject(index, round);
    await failRound(tx, round, { cause, subject, attempts: tries });
  },
});

/** Marks a part done under its claim; answers how many parts of the round are left. */
export async function finishPart(
  tx: Queryable,
  kind: PartKind,
  claim: PartClaim,
  { set, values }: Assignments,
): Promise<number> {
  // Parts that finish at the same time count one after the other: exactly one sees that none is left.
  const round = await tx.query(
    `SELECT 1 FROM round WHERE id = $1 AND state = $2::"RoundState" AND NOT abort_requested
       FOR NO KEY UPDATE`,
    [claim.round.id, kind.roundState],
  );
  if (round.rowCount !== 1) throw new ClaimLostError();
  await updateHeld(tx, claim, {
    set: `state = 'done', claim_token = NULL, error = NULL, ${set}`,
    values,
  });
  const { rows } = await tx.query<{ left: number }>(
    `SELECT count(*)::int AS left FROM ${kind.table.name} WHERE round_id = $1 AND state <> 'done'`,
    [claim.round.id],
  );
  return rows[0]!.left;
}

type LostPart = { round_id: string; project_id: string; index: number };
type RoundIds = JobPayload<'round.train'>;

const lostParts = (
  kind: PartKind,
  enqueue: (tx: Queryable, ids: RoundIds, index: number) => Promise<void>,
): LostWork<LostPart> => ({
  table: kind.table,
  states: OPEN,
  columns: ['round_id', 'project_id', 'index'],
  again: (tx, { round_id, project_id, index }) => {
    const ids = { roundId: RoundId.parse(round_id), projectId: ProjectId.parse(project_id) };
    return enqueue(tx, ids, index);
  },
  giveUp: (tx, { round_id, index }) =>
    failLost(tx, round_id, (round) => kind.subject(index, round)),
});

export const lostShards = lostParts(SHARD, (tx, ids, shard) =>
  enqueueAgain(tx, 'round.score-shard', { ...ids, shard }),
);
export const lostMembers = lostParts(MEMBER, (tx, ids, member) =>
  enqueueAgain(tx, 'round.train-member', { ...ids, member }),
);
