import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployMigrations } from '../src/database/migrations.js';
import { startTestDatabase, type TestDatabase } from '../src/testing/index.js';

const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));
const NAME = '20261201000000_field_terms';

let test: TestDatabase;
let url: string;
let client: pg.Client;
const before = mkdtempSync(path.join(tmpdir(), 'dubio-migrations-'));

beforeAll(async () => {
  test = await startTestDatabase();
  const name = `dubio_before_terms_${process.pid}`;
  await test.database.pool.query(`CREATE DATABASE "${name}"`);
  const at = new URL(test.url);
  at.pathname = `/${name}`;
  url = at.href;
  for (const folder of readdirSync(MIGRATIONS))
    if (folder < NAME)
      cpSync(path.join(MIGRATIONS, folder), path.join(before, folder), { recursive: true });
  await deployMigrations(url, { folder: before });
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await test.database.pool.query(`DROP DATABASE "${new URL(url).pathname.slice(1)}" WITH (FORCE)`);
  await test.close();
  rmSync(before, { recursive: true, force: true });
});

/** Rows as version 0.1.0 wrote them. */
const OLD_POLICIES = {
  queueSize: 500,
  testShare: 0.1,
  levelTraining: true,
  useSmallNetwork: true,
  stop: { totalDoubt: 0.2, epistemicNats: null },
};
const OLD_SPEC = { samples: 50, partitioned: { shards: 3, rounds: 7, damping: null } };
const OLD_METRICS = {
  metric: 0.9,
  levelled: { rows: 40 },
  tested: null,
  race: { firstSamples: 12 },
  scoredBy: { network: 'small', reason: null },
  stop: [{ code: 'curve-flat' }, { code: 'overall-doubt-low', value: 0.1 }],
};

it('gives what was stored under the old words the new ones, and nothing else', async () => {
  const insert = async (sql: string, values: unknown[]): Promise<string> => {
    const { rows } = await client.query<{ id: string }>(`${sql} RETURNING id`, values);
    return rows[0]!.id;
  };
  const workspace = await insert(
    `INSERT INTO workspace (id, name) VALUES (gen_random_uuid(), 'w')`,
    [],
  );
  const project = await insert(
    `INSERT INTO project (id, workspace_id, name, item_kind, label_schema, featuriser, model_spec, acquisition, policies)
     VALUES (gen_random_uuid(), $1, 'p', 'vector', '{}', '{}', $2, '{}', $3)`,
    [workspace, OLD_SPEC, OLD_POLICIES],
  );
  const round = await insert(
    `INSERT INTO round (id, project_id, number, trigger, seed, model_spec, acquisition, policies, metrics)
     VALUES (gen_random_uuid(), $1, 1, 'person', 0, $2, '{}', $3, $4)`,
    [project, { samples: 50, partitioned: null }, OLD_POLICIES, OLD_METRICS],
  );
  await insert(
    `INSERT INTO model (id, project_id, round_id, spec, metrics, artifact_key, small_onnx_key, conformal, compression)
     VALUES (gen_random_uuid(), $1, $2, $3, $4, 'a', 'small.onnx', $5, NULL)`,
    [
      project,
      round,
      OLD_SPEC,
      { ece: 0.1, tested: { rows: 9 } },
      { full: { exact: null }, small: null },
    ],
  );
  await insert(`INSERT INTO simulation (id, project_id, spec) VALUES (gen_random_uuid(), $1, $2)`, [
    project,
    { seeds: 3, modelSpec: OLD_SPEC },
  ]);
  const item = await insert(
    `INSERT INTO item (id, project_id, ordinal, external_id, content_hash)
     VALUES (gen_random_uuid(), $1, 0, 'one', '\\x00')`,
    [project],
  );
  await client.query(
    `INSERT INTO queue_entry (project_id, generation, rank, item_id, origin, open_slots, votes)
     VALUES ($1, 1, 0, $2, 'test', 1, '{}')`,
    [project, item],
  );

  expect(await deployMigrations(url)).toContain(NAME);

  const row = async (sql: string) => (await client.query(sql)).rows[0];
  const policies = {
    queueSize: 500,
    activeTestShare: 0.1,
    trainWithLureWeights: true,
    useCompressedModel: true,
    stop: { totalUncertainty: 0.2, epistemicNats: null },
  };
  const spec = { samples: 50, partitioned: { partitions: 3, rounds: 7, damping: null } };
  expect(await row('SELECT policies, model_spec AS spec FROM project')).toEqual({ policies, spec });
  expect(await row('SELECT policies, model_spec AS spec, metrics FROM round')).toEqual({
    policies,
    spec: { samples: 50, partitioned: null },
    metrics: {
      metric: 0.9,
      lure: { rows: 40 },
      activeTest: null,
      adaptiveSampling: { firstSamples: 12 },
      scoredBy: { network: 'compressed', reason: null },
      stop: [{ code: 'curve-flat' }, { code: 'total-uncertainty-low', value: 0.1 }],
    },
  });
  expect(
    await row(
      'SELECT spec, metrics, compressed_onnx_key AS key, conformal, compression FROM model',
    ),
  ).toEqual({
    spec,
    metrics: { ece: 0.1, activeTest: { rows: 9 } },
    key: 'small.onnx',
    conformal: { full: { exact: null }, compressed: null },
    compression: null,
  });
  expect(await row('SELECT spec FROM simulation')).toEqual({ spec: { seeds: 3, modelSpec: spec } });
  expect(await row('SELECT origin FROM queue_entry')).toEqual({ origin: 'active-test' });
});
