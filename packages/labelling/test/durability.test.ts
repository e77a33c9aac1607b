import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AnnotationInput } from '@dubio/contracts';
import { createDatabase, type Database, deployMigrations, ensurePostgres } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { submitAnnotations } from '../src/submit-annotation.js';

const ANNOTATORS = 6;

let parent: string;
let database: Database;
const start = () => ensurePostgres({ dir: path.join(parent, 'postgres') });

beforeAll(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'dubio-durable-'));
  await chmod(parent, 0o755);
});
beforeEach(async () => {
  const { url } = await start();
  await deployMigrations(url);
  database = createDatabase(url);
  return () => database.close();
});
afterAll(async () => {
  await (await start()).stop();
  await rm(parent, { recursive: true });
});

/** As the kernel or somebody in a hurry would: nothing is written any more. */
function killServer(): void {
  const file = path.join(parent, 'postgres/cluster/postmaster.pid');
  process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL');
}

/**
 * Answers items one after the other until the server is gone; the keys of what was acknowledged.
 */
async function answerUntilGone(place: SeededProject, person: number): Promise<string[]> {
  const author = { projectId: place.projectId, userId: place.annotatorIds[person] ?? '' };
  const acknowledged: string[] = [];
  for (let at = person; at < place.itemIds.length; at += ANNOTATORS) {
    const input = AnnotationInput.parse({
      key: randomUUID(),
      itemId: place.itemIds[at],
      leaseId: null,
      kind: 'answer',
      answer: { answer: 'a' },
      durationMs: 1,
    });
    try {
      await submitAnnotations(database, author, [input]);
    } catch {
      return acknowledged;
    }
    acknowledged.push(input.key);
    if (acknowledged.length === 20 && person === 0) killServer();
  }
  throw new Error('the server outlived the answers');
}

describe('durability', () => {
  it('keeps every acknowledged answer when the server is killed', async () => {
    const place = await seedProject(database, {
      items: 6000,
      annotators: ANNOTATORS,
      policies: { retrainAfterLabels: null },
    });
    const keys = await Promise.all(place.annotatorIds.map((_, i) => answerUntilGone(place, i)));
    await database.close();
    const again = createDatabase((await start()).url);
    try {
      const { rows } = await again.pool.query<{ key: string }>('SELECT key FROM annotation');
      const kept = new Set(rows.map((row) => row.key));
      expect(keys.flat().length).toBeGreaterThan(20);
      expect(keys.flat().filter((key) => !kept.has(key))).toEqual([]);
    } finally {
      await again.close();
    }
  });

  it('flushes what was committed before the call, for many at once', async () => {
    await database.pool.query('CREATE TABLE IF NOT EXISTS note (id int)');
    const writeAndFlush = async (id: number) => {
      await database.transaction((tx) => tx.query('INSERT INTO note VALUES ($1)', [id]), {
        durability: 'soon',
      });
      const { rows } = await database.pool.query<{ at: string }>(
        'SELECT pg_current_wal_insert_lsn() AS at',
      );
      await database.flush();
      const flushed = await database.pool.query<{ all: boolean }>(
        'SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS all',
        [rows[0]?.at],
      );
      return flushed.rows[0]?.all;
    };
    const all = await Promise.all(Array.from({ length: 30 }, (_, id) => writeAndFlush(id)));
    expect(new Set(all)).toEqual(new Set([true]));
  });
});
