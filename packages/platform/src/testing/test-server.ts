import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensurePostgres } from '../embedded/postgres.js';
import { isAlive } from '../embedded/process-identity.js';
import { withProcessLock } from '../embedded/process-lock.js';

export type TestServer = { url: string; stop(): Promise<void> };

const LOCK_WAIT_MS = 120_000;
let usersHere = 0;

/** Processes that use the server and live; names of dead ones are taken off the list. */
function listUsers(folder: string): string[] {
  return readdirSync(folder).filter((name) => {
    if (isAlive(Number(name))) return true;
    rmSync(path.join(folder, name), { force: true });
    return false;
  });
}

/**
 * The Postgres of the tests: DUBIO_TEST_DATABASE_URL, else one below the folder for temporary files
 * that all test processes of a machine share. The last one to stop using it stops it.
 */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env.DUBIO_TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const owner = process.getuid?.() ?? os.userInfo().username;
  const dir = path.join(os.tmpdir(), `dubio-test-postgres-${owner}`);
  const users = path.join(dir, 'users');
  const mine = path.join(users, String(process.pid));
  mkdirSync(users, { recursive: true });
  const lock = path.join(dir, 'users.lock');
  return withProcessLock(lock, LOCK_WAIT_MS, async () => {
    const server = await ensurePostgres({ dir, durable: false });
    usersHere += 1;
    writeFileSync(mine, '');
    return {
      url: server.url,
      stop: () =>
        withProcessLock(lock, LOCK_WAIT_MS, async () => {
          usersHere -= 1;
          if (usersHere > 0) return;
          rmSync(mine, { force: true });
          if (listUsers(users).length === 0) await server.stop();
        }),
    };
  });
}
