import type { Database } from '@dubio/platform';
import {
  type SeededProject,
  seedProject,
  startTestDatabase,
  type TestDatabase,
} from '@dubio/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOpenCounter } from './count-open.js';

const LONG = 6000;
const SHORT = 40;

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase();
});
afterAll(() => test.close());

/** The database, and how many transactions it was asked for. */
function countedDatabase(): { database: Database; transactions: () => number } {
  let asked = 0;
  const database: Database = {
    ...test.database,
    transaction: (work, options) => {
      asked++;
      return test.database.transaction(work, options);
    },
  };
  return { database, transactions: () => asked };
}

const close = ({ projectId }: SeededProject, upToRank: number) =>
  test.database.pool.query(
    'UPDATE queue_entry SET open_slots = 0 WHERE project_id = $1 AND rank <= $2',
    [projectId, upToRank],
  );

it('counts a long queue once for all who ask at a time, and soon after', async () => {
  const place = await seedProject(test.database, { items: LONG, queue: true });
  await close(place, 25);
  const { database, transactions } = countedDatabase();
  const countOpen = createOpenCounter();
  const queue = { id: place.projectId, generation: 0, size: LONG };
  const figures = await Promise.all(Array.from({ length: 20 }, () => countOpen(database, queue)));
  expect(new Set(figures)).toEqual(new Set([LONG - 25]));
  expect(await countOpen(database, queue)).toBe(LONG - 25);
  expect(transactions()).toBe(1);
});

it('counts a short queue whenever somebody asks', async () => {
  const place = await seedProject(test.database, { items: SHORT, queue: true });
  const countOpen = createOpenCounter();
  const queue = { id: place.projectId, generation: 0, size: SHORT };
  expect(await countOpen(test.database, queue)).toBe(SHORT);
  await close(place, 3);
  expect(await countOpen(test.database, queue)).toBe(SHORT - 3);
});
