import { type Database, lit, named, query, row, sql, table } from '@dubio/platform';
import { notSuperseded } from './annotation-row.js';
import { readHot } from './hot-query.js';

const COUNT_EVERY_MS = 60_000;
const PEOPLE_KEPT = 10_000;

const a = table('annotation', 'a');

const COUNT_EARLIER = named<{ projectId: string; userId: string }>()(
  'count-earlier-answers',
  ($) => query`SELECT ${row({ n: sql<number>`count(*)::int` })} FROM ${a}
    WHERE ${a.project_id} = ${$.projectId} AND ${a.user_id} = ${$.userId} AND ${a.kind} = ${lit(a.kind, 'answer')}
      AND ${a.created_at} < date_trunc('day', now()) AND ${notSuperseded(a)}`,
);

type Person = { projectId: string; userId: string; today: string };

/**
 * Counts the answers that a person gave before today and that stand. They can be many and hardly
 * ever change, so they are counted once per minute: an old answer taken back shows a little later.
 */
export function createEarlierCounter(): (database: Database, person: Person) => Promise<number> {
  const known = new Map<string, { count: Promise<number>; atMs: number }>();
  return (database, { projectId, userId, today }) => {
    const key = `${projectId}:${userId}:${today}`;
    const last = known.get(key);
    if (last !== undefined && Date.now() - last.atMs < COUNT_EVERY_MS) return last.count;
    const count = readHot(database, COUNT_EARLIER, { projectId, userId }).then(
      ([counted]) => counted?.n ?? 0,
    );
    count.catch(() => known.delete(key));
    if (known.size >= PEOPLE_KEPT) known.clear();
    known.set(key, { count, atMs: Date.now() });
    return count;
  };
}
