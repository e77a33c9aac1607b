import { type JobPayload, ProjectId, RoundId, type RoundState } from '@dubio/contracts';
import { db, findRow, getRow, lit, type Queryable, query, row, sql, table } from '@dubio/platform';
import { type ClaimTable, type Sql, updateHeld } from '../claims/claim-table.js';
import { ClaimLostError } from '../claims/hold-claim.js';
import { enqueueAgain, type LostWork } from '../claims/lost-work.js';
import type { Claim, Claimable } from '../claims/with-claim.js';
import { failRound, failUnreadable, lockProject } from './end-round.js';
import { getRound, type RoundRow } from './round.repository.js';
import { failLost } from './round-claim.js';

/** Parts of a round that run beside each other: shards to score, members to train. */
export type PartKind = {
  readonly name: 'shard_score' | 'round_member';
  readonly table: ClaimTable;
  /** The state in which the round has such parts. */
  readonly roundState: RoundState;
  readonly subject: (index: number, round: RoundRow) => string;
};

type Part = { readonly round: RoundRow; readonly index: number };

export type PartClaim = Claim<Part>;

const o = table('round', 'o');

function partTable(name: 'shard_score' | 'round_member', roundState: RoundState): ClaimTable {
  const c = table(name, 'c');
  return {
    name,
    key: [c.round_id, c.index],
    owner: { from: sql`${o}`, on: sql`${o.id} = ${c.round_id}` },
    since: o.created_at,
    alive: sql`${o.state} = ${roundState} AND NOT ${o.abort_requested}`,
    idle: 'waiting',
    error: table(name).error,
  };
}

export const SHARD: PartKind = {
  name: 'shard_score',
  table: partTable('shard_score', 'scoring'),
  roundState: 'scoring',
  subject: (index) => `Shard ${index + 1}`,
};

export const MEMBER: PartKind = {
  name: 'round_member',
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
  unreadable: (tx, _held, cause) => failUnreadable(tx, roundId, cause),
  fail: async (tx, claim, { cause, tries }) => {
    const { round } = claim;
    await lockProject(tx, round.projectId);
    const part = table(kind.name);
    await updateHeld(
      tx,
      claim,
      sql`${part.state} = ${lit(part.state, 'failed')}, ${part.error} = ${cause.cause}, ${part.claim_token} = NULL`,
    );
    const subject = kind.subject(index, round);
    await failRound(tx, round, { cause, subject, attempts: tries });
  },
});

/** Marks a part done under its claim; answers how many parts of the round are left. */
export async function finishPart(
  tx: Queryable,
  kind: PartKind,
  claim: PartClaim,
  assignments: Sql,
): Promise<number> {
  const part = table(kind.name);
  // Parts that finish at the same time count one after the other: exactly one sees that none is
  // left.
  const round = await findRow(
    tx,
    db
      .selectFrom('round')
      .select('id')
      .where('id', '=', claim.round.id)
      .where('state', '=', kind.roundState)
      .where('abort_requested', '=', false)
      .forNoKeyUpdate(),
  );
  if (round === null) throw new ClaimLostError();
  await updateHeld(
    tx,
    claim,
    sql`${part.state} = ${lit(part.state, 'done')}, ${part.claim_token} = NULL, ${part.error} = NULL, ${assignments}`,
  );
  const left = row({ left: sql<number>`count(*)::int` });
  const counted = await getRow(
    tx,
    query`SELECT ${left} FROM ${part}
      WHERE ${part.round_id} = ${claim.round.id} AND ${part.state} <> ${lit(part.state, 'done')}`,
  );
  return counted.left;
}

type LostPart = { readonly roundId: string; readonly projectId: string; readonly index: number };
type RoundIds = JobPayload<'round.train'>;

function lostParts(
  kind: PartKind,
  enqueue: (tx: Queryable, ids: RoundIds, index: number) => Promise<void>,
): LostWork<LostPart> {
  const c = table(kind.name, 'c');
  return {
    table: kind.table,
    states: OPEN,
    found: row({ roundId: c.round_id, projectId: c.project_id, index: c.index }),
    again: (tx, { roundId, projectId, index }) => {
      const ids = { roundId: RoundId.parse(roundId), projectId: ProjectId.parse(projectId) };
      return enqueue(tx, ids, index);
    },
    giveUp: (tx, { roundId, index }) =>
      failLost(tx, roundId, (round) => kind.subject(index, round)),
  };
}

export const lostShards = lostParts(SHARD, (tx, ids, shard) =>
  enqueueAgain(tx, 'round.score-shard', { ...ids, shard }),
);
export const lostMembers = lostParts(MEMBER, (tx, ids, member) =>
  enqueueAgain(tx, 'round.train-member', { ...ids, member }),
);
