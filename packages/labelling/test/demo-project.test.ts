import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createObjectStore,
  ensureFirstOwner,
  type FirstOwner,
  type ObjectStore,
} from '@dubio/platform';
import { startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoProject } from '../src/demo/demo-project.js';
import { readDigitScans } from '../src/demo/digits-data.js';
import { readTruth } from '../src/demo/truth.js';

let db: TestDatabase;
let store: ObjectStore;
let folder: string;
let owner: FirstOwner;
let projectId: string;

beforeAll(async () => {
  db = await startTestDatabase();
  folder = await mkdtemp(path.join(os.tmpdir(), 'dubio-demo-'));
  store = createObjectStore(pathToFileURL(folder).href);
  owner = await ensureFirstOwner(db.database);
  const made = await Promise.all([1, 2, 3].map(() => createDemoProject(db.database, store, owner)));
  expect(made.filter((outcome) => outcome.created)).toHaveLength(1);
  projectId = made[0]?.projectId ?? '';
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

describe('demo project', () => {
  it('holds 3,500 scans without and 2,120 with labels', async () => {
    const { prisma } = db.database;
    const counts = await prisma.item.groupBy({
      by: ['split', 'state'],
      _count: true,
      where: { projectId },
    });
    const found = Object.fromEntries(counts.map((c) => [`${c.split} ${c.state}`, c._count]));
    expect(found).toEqual({ 'pool pool': 3500, 'validation labelled': 323, 'test labelled': 1797 });
    expect(await prisma.label.count({ where: { projectId, source: 'import' } })).toBe(2120);
    expect(await prisma.project.count()).toBe(1);
  });

  it('stores the pixels of each item at its row of its shard', async () => {
    const set = await db.database.prisma.featureSet.findFirstOrThrow({
      where: { projectId },
      include: { shards: { orderBy: { index: 'asc' } } },
    });
    expect(set).toMatchObject({ shape: [1, 8, 8], dtype: 'uint8', scale: 1 / 16, rows: 5620 });
    const blobs = await Promise.all(set.shards.map((shard) => store.get(shard.blobKey)));
    expect(blobs.map((blob) => blob.length)).toEqual([4096 * 64, 1524 * 64]);
    const scans = await readDigitScans();
    const row = 4096 + 7;
    expect([...(blobs[1]?.subarray(7 * 64, 8 * 64) ?? [])]).toEqual([
      ...(scans[row]?.pixels ?? []),
    ]);
    expect(blobs.every((blob) => blob.every((value) => value <= 16))).toBe(true);
  });

  it('keeps the true answers of the pool out of the database and in one object', async () => {
    const { truthKey } = await db.database.prisma.project.findUniqueOrThrow({
      where: { id: projectId },
    });
    const truth = await readTruth(store, truthKey ?? '');
    const pool = await db.database.prisma.item.findMany({ where: { projectId, split: 'pool' } });
    expect(truth.size).toBe(pool.length);
    expect(pool.every((item) => /^\d$/.test(String(truth.get(item.externalId)?.digit)))).toBe(true);
  });

  it('opens with a random queue of which a tenth is for honest figures', async () => {
    const queue = await db.database.prisma.queueEntry.findMany({
      where: { projectId, generation: 0 },
      include: { item: true },
      orderBy: { rank: 'asc' },
    });
    expect(queue.map((entry) => entry.rank)).toEqual(queue.map((_, index) => index + 1));
    expect(queue.every((entry) => entry.item.split === 'pool' && entry.openSlots === 1)).toBe(true);
    const control = queue.filter((entry) => entry.origin === 'control').length;
    expect(control / queue.length).toBeGreaterThan(0.05);
    expect(control / queue.length).toBeLessThan(0.15);
  });

  it('does not come back after somebody deleted it', async () => {
    await db.database.prisma.project.delete({ where: { id: projectId } });
    const again = await createDemoProject(db.database, store, owner);
    expect(again).toEqual({ projectId: null, created: false });
    expect(await db.database.prisma.project.count()).toBe(0);
  });
});
