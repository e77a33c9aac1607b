import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isAlive, worksIn } from './process-identity.js';

/** The server process of one cluster. */
export type Postmaster = { pid: number; port: number };
/** How to reach the cluster's server on a port; the database `postgres` is always there. */
export type Connect = (port: number) => pg.ClientConfig;

const CONNECT_MS = 5000;
const ASK_EVERY_MS = 100;
/** Crash recovery of a large database takes its time. */
const ANSWER_WITHIN_MS = 10 * 60_000;
const DOUBT_MS = 15_000;
const SAY_EVERY_MS = 10_000;

/** What a server says while it starts, recovers or stops, or before it listens. */
const PASSING = new Set(['57P03', 'ECONNREFUSED', 'ECONNRESET', '53300']);
const isPassing = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && PASSING.has(String(error.code))) ||
    /timeout|terminated unexpectedly/.test(error.message));

const pidFileOf = (cluster: string): string => path.join(cluster, 'postmaster.pid');

function readPidFile(cluster: string): Postmaster | null {
  const file = pidFileOf(cluster);
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

/** The command line of a process, null where nobody tells. */
function commandOf(pid: number | string): string | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return null;
  }
}

/**
 * Whether the server behind a connection works on this very folder: it reads back what was just
 * written there. A path, a password or the cluster's own number would not tell a copy apart.
 */
async function readsFrom(cluster: string, client: pg.Client): Promise<boolean> {
  const word = randomBytes(12).toString('hex');
  const name = `dubio-${word}`;
  writeFileSync(path.join(cluster, name), word, { mode: 0o644 });
  try {
    const { rows } = await client.query('SELECT pg_read_file($1, 0, 64, true) AS word', [name]);
    return rows[0]?.word === word;
  } finally {
    rmSync(path.join(cluster, name), { force: true });
  }
}

async function withClient<T>(
  config: pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: CONNECT_MS });
  // A server that ends meanwhile is seen by whoever waits for an answer.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Asks the server on the noted port; 'silent' when it cannot say anything yet. */
async function ask(
  cluster: string,
  config: pg.ClientConfig,
): Promise<'own' | 'another' | 'silent'> {
  try {
    const own = await withClient(config, (client) => readsFrom(cluster, client));
    return own ? 'own' : 'another';
  } catch (error) {
    return isPassing(error) ? 'silent' : 'another';
  }
}

async function isOwn(cluster: string, noted: Postmaster, connect: Connect): Promise<boolean> {
  const there = worksIn(noted.pid, cluster);
  if (there !== null) return there && (commandOf(noted.pid)?.includes('postgres') ?? true);
  const giveUpAt = performance.now() + DOUBT_MS;
  while (isAlive(noted.pid)) {
    if (commandOf(noted.pid)?.includes('postgres') === false) return false;
    const answer = await ask(cluster, connect(noted.port));
    if (answer !== 'silent') return answer === 'own';
    if (performance.now() > giveUpAt) {
      throw new Error(
        `${pidFileOf(cluster)} names process ${noted.pid}, and nobody tells whether that is a Postgres on this folder. End it, or delete the file if it is not.`,
      );
    }
    await sleep(ASK_EVERY_MS);
  }
  return false;
}

/**
 * The server that runs on this very folder, or null. A pid file is no proof: it comes along with a
 * copy, and its number may be another process by now. One that is proven wrong is removed, since
 * Postgres would believe it.
 *
 * @throws Error when a process may be the server and nothing tells
 * @see docs/decisions/0169
 */
export async function findPostmaster(
  cluster: string,
  connect: Connect,
): Promise<Postmaster | null> {
  const noted = readPidFile(cluster);
  if (noted === null) return null;
  if (isAlive(noted.pid) && (await isOwn(cluster, noted, connect))) return noted;
  // A number that nobody has is left to Postgres, which looks for children of the dead server.
  if (isTaken(noted.pid)) rmSync(pidFileOf(cluster), { force: true });
  return null;
}

/** Whether a process has the number, be it one that only waits for its parent. */
function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Waits until the server answers, for as long as it recovers; false when it ended meanwhile.
 *
 * @throws Error when another server has its port, or it never answers
 */
export async function untilItAnswers(
  cluster: string,
  { pid, port }: Postmaster,
  options: { connect: Connect; log: (line: string) => void },
): Promise<boolean> {
  const begunAt = performance.now();
  let sayAt = begunAt + SAY_EVERY_MS;
  for (;;) {
    const answer = await ask(cluster, options.connect(port));
    if (answer === 'own') return true;
    if (!isAlive(pid)) return false;
    if (answer === 'another') {
      throw new Error(
        `What answers on port ${port} is not the Postgres of ${cluster}: another server, or another password.`,
      );
    }
    const seconds = Math.round((performance.now() - begunAt) / 1000);
    if (performance.now() - begunAt > ANSWER_WITHIN_MS) {
      throw new Error(`Postgres (process ${pid}) has not answered for ${seconds} s.`);
    }
    if (performance.now() > sayAt) {
      options.log(`Postgres is starting or recovering, ${seconds} s so far`);
      sayAt += SAY_EVERY_MS;
    }
    await sleep(ASK_EVERY_MS);
  }
}

/** Processes of a server that is gone which still work on its folder. */
function listOrphans(cluster: string): number[] {
  if (!existsSync('/proc/self')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => commandOf(name)?.startsWith('postgres:') && worksIn(Number(name), cluster))
    .map(Number);
}

/**
 * Ends what a dead server left at work on its folder. What it did not commit is undone by the next
 * start's recovery, as after any crash.
 */
export function endOrphans(cluster: string, signal: 'SIGQUIT' | 'SIGKILL'): void {
  for (const pid of listOrphans(cluster)) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
