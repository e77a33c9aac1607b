import { getRow, sql } from '@dubio/platform';
import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isNew } from './item-writer.js';

/** Enough that an index costs less than reading the table. */
const NEIGHBOURS = 20_000;

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase();
});
afterAll(() => test.close());

type Plan = { 'Index Name'?: string; 'Index Cond'?: string; Plans?: Plan[] };

const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];

it('finds names and contents by their own index in a project that statistics do not know', async () => {
  const { pool } = test.database;
  await seedProject(test.database, { items: NEIGHBOURS });
  await pool.query('ANALYZE item');
  const { projectId } = await seedProject(test.database, {});
  const explained = await getRow(
    pool,
    sql<{ 'QUERY PLAN': { Plan: Plan }[] }>`EXPLAIN (FORMAT JSON) SELECT *
      FROM unnest(${['a', 'b']}::text[], ${['00', '01']}::text[]) AS s(external_id, hash)
      WHERE ${isNew(projectId)}`,
  );
  const plan = explained['QUERY PLAN'][0]?.Plan;
  const used = flatten(plan ?? {}).filter((node) => node['Index Name'] !== undefined);
  expect(used.map((node) => [node['Index Name'], node['Index Cond']])).toEqual([
    ['item_external_id_project_id_key', '(external_id = s.external_id)'],
    ['item_content_hash_project_id_idx', "(content_hash = decode(s.hash, 'hex'::text))"],
  ]);
});
