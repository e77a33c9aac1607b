import { readFileSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../src/embedded/free-port.js';
import { ensurePostgres } from '../src/embedded/postgres.js';

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
const postmasterPid = () =>
  Number(readFileSync(path.join(dir, 'cluster/postmaster.pid'), 'utf8').split('\n')[0]);

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
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
});
