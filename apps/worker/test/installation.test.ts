import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createObjectStore, joinInstallation } from '@dubio/platform';
import { startTestDatabase } from '@dubio/platform/testing';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

it('refuses to start where it does not see the files of the others, and is not counted', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dubio-worker-'));
  const test = await startTestDatabase();
  const shared = pathToFileURL(path.join(folder, 'shared')).href;
  await joinInstallation(test.database, createObjectStore(shared), shared);
  const worker = spawnSync(process.execPath, [MAIN], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, DATABASE_URL: test.url, DUBIO_DATA_DIR: folder },
  });
  expect(worker.status).toBe(78);
  expect(worker.stderr).toMatch(/^The store file:.*\/objects is not the one that API and workers/);
  const { rows } = await test.database.pool.query('SELECT id FROM worker_process');
  expect(rows).toEqual([]);
  await test.close();
  await rm(folder, { recursive: true });
});
