import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../src/embedded/free-port.js';
import { ensurePostgres } from '../src/embedded/postgres.js';
import { isAlive } from '../src/embedded/process-identity.js';
import { withProcessLock } from '../src/embedded/process-lock.js';

let parent: string;
let dir: string;
beforeAll(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'dubio-pg-'));
  // A folder of mkdtemp keeps others out; the server's own user has to pass.
  await chmod(parent, 0o755);
  dir = path.join(parent, 'postgres');
});
afterAll(async () => {
  await (await start()).stop();
  await rm(parent, { recursive: true });
});

const start = () => ensurePostgres({ dir });
const postmasterFile = (folder = dir) => path.join(folder, 'cluster/postmaster.pid');
const postmasterPid = (folder = dir) =>
  Number(readFileSync(postmasterFile(folder), 'utf8').split('\n')[0]);

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  // A server that is killed ends the connection too; the statement's own failure is enough.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('ensurePostgres', () => {
  it('starts one server for all who ask at once', async () => {
    const all = await Promise.all([start(), start(), start()]);
    expect(new Set(all.map((server) => server.url)).size).toBe(1);
    expect(await query(all[0]?.url ?? '', 'SHOW max_connections')).toEqual([
      { max_connections: '200' },
    ]);
  });
  it('keeps the password to its owner and asks for it', async () => {
    const { url } = await start();
    expect(statSync(path.join(dir, 'password')).mode & 0o777).toBe(0o600);
    const wrong = new URL(url);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });
  it('answers at the same address with the same data after a stop', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (id int); INSERT INTO kept VALUES (42)');
    await first.stop();
    await expect(query(first.url, 'SELECT 1')).rejects.toThrow();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT id FROM kept')).toEqual([{ id: 42 }]);
  });
  it('recovers after a kill -9', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE survivor (id int); INSERT INTO survivor VALUES (7)');
    process.kill(postmasterPid(), 'SIGKILL');
    const second = await start();
    expect(await query(second.url, 'SELECT id FROM survivor')).toEqual([{ id: 7 }]);
  });
  it('moves to another port when somebody took its own', async () => {
    const first = await start();
    await first.stop();
    const squatter = net.createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const second = await start();
    squatter.close();
    expect(second.url).not.toBe(first.url);
    expect(await query(second.url, 'SELECT id FROM kept')).toEqual([{ id: 42 }]);
  });
  it('says so when the port it was told is taken', async () => {
    const port = await findFreePort();
    const squatter = net.createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    await (await start()).stop();
    await expect(ensurePostgres({ dir, port })).rejects.toThrow(`Port ${port} is taken`);
    squatter.close();
  });

  describe('believes a pid file only when the server proves that it runs on this folder', () => {
    const copy = () => path.join(parent, 'copy');

    it('gives a copy that was taken while it ran a server of its own', async () => {
      const original = await start();
      await query(original.url, 'DROP TABLE IF EXISTS whose; CREATE TABLE whose (name text)');
      await query(original.url, "INSERT INTO whose VALUES ('original'); CHECKPOINT");
      execFileSync('cp', ['-a', dir, copy()]);
      const copied = await ensurePostgres({ dir: copy() });
      expect(copied.url).not.toBe(original.url);
      expect(postmasterPid(copy())).not.toBe(postmasterPid());
      await query(copied.url, "UPDATE whose SET name = 'copy'");
      expect(await query(original.url, 'SELECT name FROM whose')).toEqual([{ name: 'original' }]);
      await copied.stop();
      expect(await query(original.url, 'SELECT name FROM whose')).toEqual([{ name: 'original' }]);
      expect(existsSync(postmasterFile(copy()))).toBe(false);
    });
    it('leaves the original alone when a copy that never ran is stopped', async () => {
      const original = await start();
      const copied = await ensurePostgres({ dir: copy() });
      await copied.stop();
      execFileSync('cp', ['-a', postmasterFile(), postmasterFile(copy())]);
      await copied.stop();
      expect(await query(original.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await rm(copy(), { recursive: true });
    });
    it('finds it by another name of the folder, and after the folder was moved', async () => {
      const first = await start();
      const pid = postmasterPid();
      await symlink(dir, path.join(parent, 'link'));
      expect((await ensurePostgres({ dir: path.join(parent, 'link') })).url).toBe(first.url);
      await rm(path.join(parent, 'link'));
      const moved = path.join(parent, 'moved');
      await rename(dir, moved);
      expect((await ensurePostgres({ dir: moved })).url).toBe(first.url);
      expect(postmasterPid(moved)).toBe(pid);
      await rename(moved, dir);
      expect((await start()).url).toBe(first.url);
    });
    it('starts when the noted number belongs to another process or server by now', async () => {
      const other = path.join(parent, 'other');
      await start();
      let server = await ensurePostgres({ dir: other });
      for (const number of [process.pid, postmasterPid()]) {
        const said = readFileSync(postmasterFile(other), 'utf8');
        await server.stop();
        await writeFile(postmasterFile(other), said.replace(/^\d+/, String(number)));
        server = await ensurePostgres({ dir: other });
        expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      }
      expect(server.isAlive()).toBe(true);
      await server.stop();
      expect(server.isAlive()).toBe(false);
      await rm(other, { recursive: true });
    });
    it('takes a lock over that came along in a copy', async () => {
      const lock = path.join(parent, 'a-lock');
      await withProcessLock(lock, 1000, async () => {
        execFileSync('cp', ['-a', lock, `${lock}-copy`]);
        expect(await withProcessLock(`${lock}-copy`, 1000, async () => 'taken')).toBe('taken');
        await expect(withProcessLock(lock, 100, async () => {})).rejects.toThrow(/holds/);
      });
    });
  });

  it('ends what a killed server left at work on the folder, and recovers', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE IF NOT EXISTS orphaned (id int)');
    // Busy and never waiting: it does not notice by itself that its server is gone.
    const busy = query(
      first.url,
      `DO $$ DECLARE i bigint := 0; BEGIN INSERT INTO orphaned VALUES (1);
         LOOP i := i + 1; END LOOP; END $$`,
    ).catch((error: Error) => error);
    const pidOf = async () =>
      (await query(
        first.url,
        `SELECT pid FROM pg_stat_activity WHERE query LIKE 'DO $$%' AND state = 'active'`,
      )) as { pid: number }[];
    let orphan: number | undefined;
    while (orphan === undefined) orphan = (await pidOf())[0]?.pid;
    process.kill(postmasterPid(), 'SIGKILL');
    const second = await start();
    expect(await busy).toBeInstanceOf(Error);
    expect(isAlive(orphan)).toBe(false);
    expect(await query(second.url, 'SELECT id FROM orphaned')).toEqual([]);
  });
});
