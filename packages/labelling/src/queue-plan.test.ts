import { named } from '@dubio/platform';
import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseItems, walkQueue } from './lease-items.js';

const ENTRIES = 1_000_000;
const ANSWERED = 20_000;
/**
 * Items that are there; entries further down point at nothing, which no query here comes to see.
 */
const ITEMS = ANSWERED + 100;

let test: TestDatabase;
let projectId: string;
let userId: string;

/**
 * Builds the queue without foreign keys and side indexes, then its indexes in one go: seconds, not
 * minutes.
 */
async function fillQueue(): Promise<void> {
  await test.database.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    const indexes = await tx.query<{ name: string; definition: string }>(
      `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
       WHERE tablename = 'queue_entry' AND indexname <> 'queue_entry_pkey'`,
    );
    for (const { name } of indexes.rows) await tx.query(`DROP INDEX "${name}"`);
    await tx.query(
      `INSERT INTO item (id, project_id, ordinal, external_id, content_hash)
       SELECT gen_random_uuid(), $1, n, 'i' || n, int4send(n) FROM generate_series(0, $2::int - 1) n`,
      [projectId, ITEMS],
    );
    await tx.query(
      `INSERT INTO queue_entry (project_id, generation, rank, item_id, origin, open_slots, votes)
       SELECT $1::uuid, 1, n + 1, coalesce(i.id, gen_random_uuid()), 'acquisition',
         CASE WHEN n < $3::int THEN 0 ELSE 1 END, '{}'
       FROM generate_series(0, $2::int - 1) n
       LEFT JOIN item i ON i.project_id = $1 AND i.ordinal = n
       ORDER BY n`,
      [projectId, ENTRIES, ANSWERED],
    );
    for (const { definition } of indexes.rows) await tx.query(definition);
    // A person who has answered a lot: exclusions must not read all of it.
    await tx.query(
      `INSERT INTO annotation (id, project_id, item_id, user_id, kind, answer, origin, generation,
         duration_ms, key)
       SELECT gen_random_uuid(), $1, id, $2, 'answer', '{"answer":"a"}', 'acquisition', 1, 1000,
         gen_random_uuid()
       FROM item WHERE project_id = $1 AND ordinal < $3`,
      [projectId, userId, ANSWERED],
    );
  });
}

beforeAll(async () => {
  test = await startTestDatabase();
  const seeded = await seedProject(test.database, {});
  projectId = seeded.projectId;
  userId = seeded.annotatorIds[0] as string;
  await fillQueue();
  await test.database.pool.query('UPDATE project SET generation = 1 WHERE id = $1', [projectId]);
}, 300_000);
afterAll(() => test.close());

type Plan = {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
};

const rowsRead = (node: Plan): number =>
  ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) *
  (node['Actual Loops'] ?? 1);

const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];

const WALK = named<{ projectId: string; generation: number; userId: string }>()('walk', ($) =>
  walkQueue($, 10, true),
);

async function explain(): Promise<Plan[]> {
  const { rows } = await test.database.pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${WALK.text}`,
    [projectId, 1, userId],
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
      const walks = nodes.filter((node) => node['Relation Name'] === 'queue_entry');
      expect(walks).toMatchObject([
        { 'Node Type': 'Index Scan', 'Index Name': 'queue_entry_open_idx', 'Actual Rows': 10 },
      ]);
      const kinds = nodes.map((node) => node['Node Type']);
      expect(kinds).not.toContain('Sort');
      // Of a million entries and 20,000 answers, no more than a few hundred rows are looked at.
      expect(nodes.reduce((sum, node) => sum + rowsRead(node), 0)).toBeLessThan(500);
    });
  }

  it('leases the best open items', async () => {
    const leases = await leaseItems(test.database, { projectId, userId, count: 3 });
    expect(leases.map((lease) => lease.rank)).toEqual([20_001, 20_002, 20_003]);
  });
});
