import type { Database } from '@dubio/platform';
import { NOT_SUPERSEDED } from './annotation-row.js';
import { readHot } from './hot-query.js';

const COUNT_EVERY_MS = 60_000;
const PEOPLE_KEPT = 10_000;

const COUNT_EARLIER = {
  name: 'count-earlier-answers',
  text: `SELECT count(*)::int AS n FROM annotation a
    WHERE a.project_id = $1 AND a.user_id = $2 AND a.kind = 'answer'
      AND a.created_at < date_trunc('day', now()) AND ${NOT_SUPERSEDED}`,
};

type Person = { projectId: string; userId: string; today: string };

/**
 * Counts the answers that a person gave before today and that stand. They can be many and hardly ever
 * change, so they are counted once a minute: an old answer taken back shows a little later.
 */
export function createEarlierCounter(): (database: Database, person: Person) => Promise<number> {
  const known = new Map<string, { count: Promise<number>; atMs: number }>();
  return (database, { projectId, userId, today }) => {
    const key = `${projectId}:${userId}:${today}`;
    const last = known.get(key);
    if (last !== undefined && Date.now() - last.atMs < COUNT_EVERY_MS) return last.count;
    const count = readHot<{ n: number }>(database, COUNT_EARLIER, [projectId, userId]).then(
      ([row]) => row?.n ?? 0,
    );
    count.catch(() => known.delete(key));
    if (known.size >= PEOPLE_KEPT) known.clear();
    known.set(key, { count, atMs: Date.now() });
    return count;
  };
}
