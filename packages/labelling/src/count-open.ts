import { type Database, type NamedStatement, named, query, row, sql, table } from '@dubio/platform';
import { readHot } from './hot-query.js';
import type { LabellingProject } from './labelling-project.js';

/** Up to here the open entries are counted each time; a longer queue is counted now and then. */
const COUNT_ALWAYS = 5000;
const COUNT_EVERY_MS = 5000;
const PROJECTS_KEPT = 1000;

type Queue = Pick<LabellingProject, 'id' | 'generation'> & { size: number };
type Known = { open: number; atMs: number };

type Place = Pick<LabellingProject, 'id' | 'generation'>;

const q = table('queue_entry', 'q');
const COUNTED = row({ n: sql<number>`count(*)::int` });

const COUNT_OPEN = named<Place>()(
  'count-open-entries',
  ($) => query`SELECT ${COUNTED} FROM ${q}
    WHERE ${q.project_id} = ${$.id} AND ${q.generation} = ${$.generation} AND ${q.open_slots} > 0`,
);

const COUNT_CLOSED = named<Place>()(
  'count-closed-entries',
  ($) => query`SELECT ${COUNTED} FROM ${q}
    WHERE ${q.project_id} = ${$.id} AND ${q.generation} = ${$.generation} AND ${q.open_slots} <= 0`,
);

async function count(
  database: Database,
  statement: NamedStatement<Place, { n: number }>,
  queue: Queue,
): Promise<number> {
  const [counted] = await readHot(database, statement, queue);
  return counted?.n ?? 0;
}

/**
 * Counts what is left of queues. A long one is counted by one caller at a time, by what is closed
 * of it, and no more than once in some seconds: whoever comes meanwhile gets the last figure at
 * once.
 * @see docs/decisions/0081
 */
export function createOpenCounter(): (database: Database, queue: Queue) => Promise<number> {
  const known = new Map<string, Known>();
  const counting = new Map<string, Promise<number>>();

  async function countLong(database: Database, queue: Queue, key: string): Promise<number> {
    try {
      const open = queue.size - (await count(database, COUNT_CLOSED, queue));
      if (known.size > PROJECTS_KEPT) known.clear();
      known.set(key, { open, atMs: Date.now() });
      return open;
    } finally {
      counting.delete(key);
    }
  }

  return async (database, queue) => {
    if (queue.size <= COUNT_ALWAYS) return count(database, COUNT_OPEN, queue);
    const key = `${queue.id}:${queue.generation}`;
    const last = known.get(key);
    if (last !== undefined && Date.now() - last.atMs < COUNT_EVERY_MS) return last.open;
    let running = counting.get(key);
    if (running === undefined) {
      running = countLong(database, queue, key);
      counting.set(key, running);
    }
    if (last === undefined) return running;
    // The figure of before will do; the next caller tries again when the count fails.
    running.catch(() => {});
    return last.open;
  };
}
