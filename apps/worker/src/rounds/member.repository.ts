import type { Queryable } from '@dubio/platform';
import type { RoundRow } from './round.repository.js';

export async function countMembers(
  db: Queryable,
  roundId: string,
): Promise<{ all: number; done: number }> {
  const { rows } = await db.query<{ all: number; done: number }>(
    `SELECT count(*)::int AS "all", count(*) FILTER (WHERE state = 'done')::int AS done
       FROM round_member WHERE round_id = $1`,
    [roundId],
  );
  return rows[0] ?? { all: 0, done: 0 };
}

export async function createMembers(
  tx: Queryable,
  round: RoundRow,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO round_member (round_id, project_id, index, heartbeat_at)
     SELECT $1, $2, i, now() FROM generate_series($3::int, $4::int) AS i ON CONFLICT DO NOTHING`,
    [round.id, round.projectId, first, first + count - 1],
  );
}
