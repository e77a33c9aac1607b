import { db, execute, getRow, lit, type Queryable, query, sql, table } from '@dubio/platform';
import type { RoundRow } from './round.repository.js';

const member = table('round_member');

export async function countMembers(
  tx: Queryable,
  roundId: string,
): Promise<{ all: number; done: number }> {
  return getRow(
    tx,
    db
      .selectFrom('round_member')
      .select([
        sql<number>`count(*)::int`.as('all'),
        sql<number>`(count(*) FILTER (WHERE ${member.state} = ${lit(member.state, 'done')}))::int`.as(
          'done',
        ),
      ])
      .where('round_id', '=', roundId),
  );
}

export async function createMembers(
  tx: Queryable,
  round: RoundRow,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<void> {
  await execute(
    tx,
    query`INSERT INTO ${member}
        (${member.round_id}, ${member.project_id}, ${member.index}, ${member.heartbeat_at})
      SELECT ${round.id}, ${round.projectId}, i, now()
        FROM generate_series(${first}::int, ${first + count - 1}::int) AS i
      ON CONFLICT DO NOTHING`,
  );
}
