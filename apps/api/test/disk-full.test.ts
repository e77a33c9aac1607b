import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from './support/test-app.js';

const FILE_BYTES = 2 * 1024 * 1024;
const SENTENCE =
  'The disk of the server is full. Nothing was stored; it works again when there is room.';

let folder: string;
let isSmall: boolean;
let test: TestApp;
let seeded: SeededProject;
let owner: string;

/** A disk of one megabyte, where this user may mount one. */
function mountSmall(on: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', on]).status === 0;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dubio-small-'));
  isSmall = mountSmall(folder);
  test = await startTestApp({ folder });
  seeded = await seedProject(test.database, { items: 4, queue: true });
  owner = await test.signIn(seeded.ownerId);
});
afterAll(async () => {
  if (isSmall) execFileSync('umount', [folder]);
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

const url = (rest: string) => `/projects/${seeded.projectId}${rest}`;
const full = { status: 503, body: { code: 'disk.full', detail: SENTENCE } };

describe('a full disk', () => {
  it('under the files is named to whoever uploads, and goes on when there is room', async (context) => {
    if (!isSmall) context.skip('this user may not mount a small disk');
    const made = await test.call('POST', url('/imports'), {
      session: owner,
      body: { fileName: 'a.csv', options: { kind: 'csv' } },
    });
    const send = (sizeBytes: number) =>
      test.call('PUT', url(`/imports/${made.body.id}/content`), {
        session: owner,
        body: new Uint8Array(sizeBytes).fill(65),
      });
    expect(await send(FILE_BYTES)).toMatchObject(full);
    expect(readdirSync(path.join(folder, '.incoming'))).toEqual([]);
    expect((await send(FILE_BYTES / 4)).status).toBe(202);
  });

  it('under the database is named to whoever labels, and the same answer is stored later', async () => {
    const { pool } = test.database;
    await pool.query(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`);
    await pool.query(
      'CREATE TRIGGER no_room BEFORE INSERT ON annotation FOR EACH ROW EXECUTE FUNCTION no_room()',
    );
    const { body } = await test.call('POST', url('/queue/leases'), {
      session: owner,
      body: { count: 1 },
    });
    const [leased] = body.leased;
    const annotations = [
      {
        key: randomUUID(),
        itemId: leased.item.id,
        leaseId: leased.leaseId,
        kind: 'answer',
        answer: { answer: 'b' },
        durationMs: 1,
      },
    ];
    const label = () =>
      test.call('POST', url('/annotations'), { session: owner, body: { annotations } });
    expect(await label()).toMatchObject(full);
    await pool.query('DROP TRIGGER no_room ON annotation');
    expect((await label()).body.outcomes).toMatchObject([{ status: 'stored' }]);
  });
});
