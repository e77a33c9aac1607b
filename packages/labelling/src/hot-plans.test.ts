import { createDatabase, type Database } from '@dubio/platform';
import { type SeededProject, seedProject, startTestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStatusReader } from './labelling-status.js';
import { leaseItems } from './lease-items.js';
import { submitAnnotations } from './submit-annotation.js';
import { answerTo, upTo } from './testing/labelling-fixture.js';
import { undoAnnotation } from './undo-annotation.js';

/** A named statement is planned anew for its first five runs, then its plan may be kept. */
const RUNS_UNTIL_PLANS_ARE_KEPT = 8;
const ITEMS = 6000;
const ANSWERS = 5000;

let test: Awaited<ReturnType<typeof startTestDatabase>>;
let place: SeededProject;
/** Of one connection, so that the plans which it keeps are the ones that run. */
let single: Database;
/**
 * Everybody else. Closed before rows are counted: an idle connection tells what it has read seconds
 * later.
 */
let others: Database;

beforeAll(async () => {
  test = await startTestDatabase();
  others = createDatabase(`${test.url}?application_name=others`, { max: 1 });
  place = await seedProject(others, { items: ITEMS, queue: true, annotators: 2 });
  await others.pool.query('UPDATE project SET generation = 1 WHERE id = $1', [place.projectId]);
  // Last imported, first served: a plan that looks a place up by the order of the items goes past
  // all others.
  await others.pool.query('UPDATE queue_entry SET generation = 1, rank = $1::int - rank', [
    ITEMS + 1,
  ]);
  single = createDatabase(test.url, { max: 1 });
});
afterAll(async () => {
  await single?.close();
  await test.close();
});

/** Rows that statements of the one connection read until now, from tables and through indexes. */
async function rowsRead(): Promise<Record<string, number>> {
  await single.pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await single.pool.query<{ name: string; n: number }>(
    `SELECT relname AS name, (seq_tup_read + coalesce(idx_tup_fetch, 0))::int AS n
     FROM pg_stat_user_tables
     WHERE relname IN ('annotation', 'lease', 'label', 'item', 'queue_entry')`,
  );
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}

/** Another person answers much at a stroke: more than statistics come after. */
async function answerMuch(): Promise<void> {
  const values = [place.projectId, place.annotatorIds[1], ANSWERS];
  await others.pool.query(
    `INSERT INTO annotation (id, project_id, item_id, user_id, kind, answer, origin, generation,
       duration_ms, key)
     SELECT gen_random_uuid(), $1, id, $2, 'answer', '{"answer":"a"}', 'acquisition', 1, 1000,
       gen_random_uuid()
     FROM item WHERE project_id = $1 AND ordinal < $3`,
    values,
  );
  await others.pool.query(
    `INSERT INTO lease (id, project_id, item_id, user_id, generation, rank, origin, expires_at, ended_at)
     SELECT gen_random_uuid(), $1, id, $2, 1, 1, 'acquisition', now(), now()
     FROM item WHERE project_id = $1 AND ordinal < $3`,
    values,
  );
  await others.pool.query(
    `INSERT INTO label (item_id, project_id, answer)
     SELECT id, $1, '{"answer":"a"}' FROM item WHERE project_id = $1 AND ordinal < $2`,
    [place.projectId, ANSWERS],
  );
}

/**
 * A connection that was closed tells what it has read when its process ends, which is a little
 * later.
 */
async function othersGone(): Promise<void> {
  const left = `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
      AND application_name = 'others'`;
  for (;;) {
    const { rows } = await single.pool.query<{ n: number }>(left);
    if (rows[0]?.n === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('reads a few rows per item, also with plans of the time when the tables were empty', async () => {
  const author = { projectId: place.projectId, userId: place.annotatorIds[0] as string };
  const readStatus = createStatusReader();
  const answerOne = async () => {
    const [lease] = await leaseItems(single, { ...author, count: 1 });
    await submitAnnotations(single, author, [answerTo(lease?.itemId as string)]);
    await readStatus(single, { ...author, seesModel: false });
  };
  await others.pool.query('VACUUM ANALYZE annotation, lease, label');
  for (const _ of upTo(RUNS_UNTIL_PLANS_ARE_KEPT)) await answerOne();
  await answerMuch();
  await others.close();
  await othersGone();
  const before = await rowsRead();
  await answerOne();
  await undoAnnotation(single, { ...author, key: crypto.randomUUID() });
  const after = await rowsRead();
  for (const [name, rows] of Object.entries(after)) {
    expect(rows - (before[name] as number), `rows of ${name}`).toBeLessThan(100);
  }
}, 120_000);
