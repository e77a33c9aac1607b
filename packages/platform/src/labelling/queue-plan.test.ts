import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedProject, startTestDatabase, type TestDatabase } from '../testing/index.js';
import { leaseItems, walkQueue } from './lease-items.js';

const ITEMS = 1_000_000;

let test: TestDatabase;
let projectId: string;
let userId: string;

beforeAll(async () => {
  test = await startTestDatabase();
  const seeded = await seedProject(test.database, {});
  projectId = seeded.projectId;
  userId = seeded.annotatorIds[0] as string;
  await test.database.pool.query(
    `INSERT INTO item (id, project_id, ordinal, external_id, content_hash)
     SELECT gen_random_uuid(), $1, n, 'i' || n, int8send(n) FROM generate_series(0, $2::int - 1) n`,
    [projectId, ITEMS],
  );
  await test.database.pool.query(
    `INSERT INTO queue_entry (project_id, generation, rank, item_id, origin, open_slots, votes)
     SELECT project_id, 1, ordinal + 1, id, 'acquisition', 1, '{}' FROM item WHERE project_id = $1`,
    [projectId],
  );
  await test.database.pool.query('UPDATE project SET generation = 1 WHERE id = $1', [projectId]);
  // A person who has answered a lot: exclusions must not read all of it.
  await test.database.pool.query(
    `INSERT INTO annotation (id, project_id, item_id, user_id, kind, answer, origin, generation,
       duration_ms, key)
     SELECT gen_random_uuid(), $1, id, $2, 'answer', '{"answer":"a"}', 'acquisition', 1, 1000,
       gen_random_uuid()
     FROM item WHERE project_id = $1 AND ordinal < 20000`,
    [projectId, userId],
  );
  await test.database.pool.query(
    `UPDATE queue_entry SET open_slots = 0 WHERE project_id = $1 AND rank <= 20000`,
    [projectId],
  );
});
afterAll(() => test.close());

type Plan = {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  Plans?: Plan[];
};

const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];

async function explain(): Promise<Plan[]> {
  const { rows } = await test.database.pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${walkQueue(true)}`,
    [projectId, 1, userId, 10],
  );
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (plan === undefined) throw new Error('EXPLAIN answered nothing');
  return flatten(plan);
}

describe('serving at a million items', () => {
  for (const analysed of [false, true]) {
    it(`walks the index of open entries ${analysed ? 'after' : 'before'} statistics were gathered`, async () => {
      if (analysed) await test.database.pool.query('ANALYZE');
      const nodes = await explain();
      const walk = nodes.find((node) => node['Relation Name'] === 'queue_entry');
      expect(walk).toMatchObject({
        'Node Type': 'Index Scan',
        'Index Name': 'queue_entry_open_idx',
      });
      expect(walk?.['Actual Rows']).toBe(10);
      const kinds = nodes.map((node) => node['Node Type']);
      for (const slow of ['Seq Scan', 'Sort', 'Hash', 'Bitmap Heap Scan', 'Materialize']) {
        expect(kinds).not.toContain(slow);
      }
    });
  }

  it('leases the best open items', async () => {
    const leases = await leaseItems(test.database, { projectId, userId, count: 3 });
    expect(leases.map((lease) => lease.rank)).toEqual([20_001, 20_002, 20_003]);
  });
});
