import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type SeededProject,
  seedProject,
  startTestDatabase,
  type TestDatabase,
} from '../testing/index.js';
import { createOpenCounter } from './count-open.js';
import type { HotConnection } from './hot-query.js';

const LONG = 6000;
const SHORT = 40;

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase();
});
afterAll(() => test.close());

/** The pool, and how many statements went through it. */
function countedPool(): { connection: HotConnection; statements: () => number } {
  let sent = 0;
  const connection = new Proxy(test.database.pool, {
    get(pool, name) {
      if (name === 'query') sent++;
      const value: unknown = Reflect.get(pool, name);
      return typeof value === 'function' ? value.bind(pool) : value;
    },
  });
  return { connection, statements: () => sent };
}

const close = ({ projectId }: SeededProject, upToRank: number) =>
  test.database.pool.query(
    'UPDATE queue_entry SET open_slots = 0 WHERE project_id = $1 AND rank <= $2',
    [projectId, upToRank],
  );

it('counts a long queue once for all who ask at a time, and soon after', async () => {
  const place = await seedProject(test.database, { items: LONG, queue: true });
  await close(place, 25);
  const { connection, statements } = countedPool();
  const countOpen = createOpenCounter();
  const queue = { id: place.projectId, generation: 0, size: LONG };
  const figures = await Promise.all(Array.from({ length: 20 }, () => countOpen(connection, queue)));
  expect(new Set(figures)).toEqual(new Set([LONG - 25]));
  expect(await countOpen(connection, queue)).toBe(LONG - 25);
  expect(statements()).toBe(1);
});

it('counts a short queue whenever somebody asks', async () => {
  const place = await seedProject(test.database, { items: SHORT, queue: true });
  const countOpen = createOpenCounter();
  const queue = { id: place.projectId, generation: 0, size: SHORT };
  expect(await countOpen(test.database.pool, queue)).toBe(SHORT);
  await close(place, 3);
  expect(await countOpen(test.database.pool, queue)).toBe(SHORT - 3);
});
