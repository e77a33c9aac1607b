import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createObjectStore,
  db,
  ensureFirstOwner,
  execute,
  type FirstOwner,
  getRow,
  listRows,
  type ObjectStore,
  sql,
} from '@dubio/platform';
import { startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoProject } from '../src/demo/demo-project.js';
import { readDigitScans } from '../src/demo/digits-data.js';
import { readTruth } from '../src/demo/truth.js';

let test: TestDatabase;
let store: ObjectStore;
let folder: string;
let owner: FirstOwner;
let projectId: string;

beforeAll(async () => {
  test = await startTestDatabase();
  folder = await mkdtemp(path.join(os.tmpdir(), 'dubio-demo-'));
  store = createObjectStore(pathToFileURL(folder).href);
  owner = await ensureFirstOwner(test.database);
  const made = await Promise.all(
    [1, 2, 3].map(() => createDemoProject(test.database, store, owner)),
  );
  expect(made.filter((outcome) => outcome.created)).toHaveLength(1);
  projectId = made[0]?.projectId ?? '';
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

const PROJECTS = db.selectFrom('project').select('id');

describe('demo project', () => {
  it('holds 3,500 scans without and 2,120 with labels', async () => {
    const counts = await listRows(
      test.database.pool,
      db
        .selectFrom('item')
        .select(['split', 'state', sql<number>`count(*)::int`.as('n')])
        .where('project_id', '=', projectId)
        .groupBy(['split', 'state']),
    );
    const found = Object.fromEntries(counts.map((c) => [`${c.split} ${c.state}`, c.n]));
    expect(found).toEqual({ 'pool pool': 3500, 'validation labelled': 323, 'test labelled': 1797 });
    const labels = db
      .selectFrom('label')
      .select('item_id')
      .where('project_id', '=', projectId)
      .where('source', '=', 'import');
    expect(await listRows(test.database.pool, labels)).toHaveLength(2120);
    expect(await listRows(test.database.pool, PROJECTS)).toHaveLength(1);
  });

  it('stores the pixels of each item at its row of its shard', async () => {
    const set = await getRow(
      test.database.pool,
      db.selectFrom('feature_set').selectAll().where('project_id', '=', projectId),
    );
    const shards = await listRows(
      test.database.pool,
      db
        .selectFrom('feature_shard')
        .select('blob_key as blobKey')
        .where('feature_set_id', '=', set.id)
        .orderBy('index'),
    );
    expect(set).toMatchObject({ shape: [1, 8, 8], dtype: 'uint8', scale: 1 / 16, rows: 5620 });
    const blobs = await Promise.all(shards.map((shard) => store.get(shard.blobKey)));
    expect(blobs.map((blob) => blob.length)).toEqual([4096 * 64, 1524 * 64]);
    const scans = await readDigitScans();
    const row = 4096 + 7;
    expect([...(blobs[1]?.subarray(7 * 64, 8 * 64) ?? [])]).toEqual([
      ...(scans[row]?.pixels ?? []),
    ]);
    expect(blobs.every((blob) => blob.every((value) => value <= 16))).toBe(true);
  });

  it('keeps the true answers of the pool out of the database and in one object', async () => {
    const { truthKey } = await getRow(
      test.database.pool,
      db.selectFrom('project').select('truth_key as truthKey').where('id', '=', projectId),
    );
    const truth = await readTruth(store, truthKey ?? '');
    const pool = await listRows(
      test.database.pool,
      db
        .selectFrom('item')
        .select('external_id as externalId')
        .where('project_id', '=', projectId)
        .where('split', '=', 'pool'),
    );
    expect(truth.size).toBe(pool.length);
    expect(pool.every((item) => /^\d$/.test(String(truth.get(item.externalId)?.digit)))).toBe(true);
  });

  it('opens with a random queue of which a tenth is for honest figures', async () => {
    const queue = await listRows(
      test.database.pool,
      db
        .selectFrom('queue_entry as q')
        .innerJoin('item as i', 'i.id', 'q.item_id')
        .select(['q.rank', 'q.origin', 'q.open_slots as openSlots', 'i.split'])
        .where('q.project_id', '=', projectId)
        .where('q.generation', '=', 0)
        .orderBy('q.rank'),
    );
    expect(queue.map((entry) => entry.rank)).toEqual(queue.map((_, index) => index + 1));
    expect(queue.every((entry) => entry.split === 'pool' && entry.openSlots === 1)).toBe(true);
    const control = queue.filter((entry) => entry.origin === 'control').length;
    expect(control / queue.length).toBeGreaterThan(0.05);
    expect(control / queue.length).toBeLessThan(0.15);
  });

  it('does not come back after somebody deleted it', async () => {
    await execute(test.database.pool, db.deleteFrom('project').where('id', '=', projectId));
    const again = await createDemoProject(test.database, store, owner);
    expect(again).toEqual({ projectId: null, created: false });
    expect(await listRows(test.database.pool, PROJECTS)).toEqual([]);
  });
});
