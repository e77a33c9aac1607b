import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isDiskFull } from '../storage/disk-full.js';
import { findFreePort, isPortFree } from './free-port.js';
import { findPostgresBinaries, type PostgresProgram } from './postgres-binaries.js';
import {
  type Connect,
  endOrphans,
  findPostmaster,
  type Postmaster,
  untilItAnswers,
} from './postmaster.js';
import { isAlive } from './process-identity.js';
import { withProcessLock } from './process-lock.js';
import { chooseRunAs, type RunAs, type RunResult, runProgram } from './run-as.js';

export type EmbeddedPostgres = {
  url: string;
  /** Whether the server process lives; it may have been started by somebody else. */
  isAlive(): boolean;
  stop(): Promise<void>;
};
export type EmbeddedPostgresOptions = {
  /** Holds cluster, password, port and lock. */
  dir: string;
  port?: number;
  /** false: faster, and a power cut may lose data. For tests only. */
  durable?: boolean;
  log?: (line: string) => void;
};

const NAME = 'dubio';
const LOCK_WAIT_MS = 90_000;
const START_SECONDS = '60';
const MAX_CONNECTIONS = 200;
const LOG_TAIL_LINES = 5;
/** Children of a server that was killed hold its memory until they notice. */
const LEFTOVER = /pre-existing shared memory block|lock file .* already exists/;
const LEFTOVER_ASK_MS = 5000;
const LEFTOVER_KILL_MS = 10_000;
const LEFTOVER_WAIT_MS = 20_000;
const LEFTOVER_LOOK_MS = 200;
/** A server that comes up and falls again is started a few times. */
const STARTS = 3;

type Server = {
  dir: string;
  cluster: string;
  password: string;
  runAs: RunAs;
  urlOf(port: number, database: string): string;
  connect: Connect;
  run(program: PostgresProgram, args: string[]): Promise<RunResult>;
};

function readOrCreatePassword(dir: string): string {
  const file = path.join(dir, 'password');
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}

function openServer(dir: string): Server {
  const locate = findPostgresBinaries();
  const runAs = chooseRunAs(locate('postgres'), path.join(dir, 'cluster'));
  const password = readOrCreatePassword(dir);
  const urlOf = (port: number, database: string) =>
    `postgresql://${NAME}:${password}@127.0.0.1:${port}/${database}`;
  return {
    dir,
    cluster: path.join(dir, 'cluster'),
    password,
    runAs,
    urlOf,
    connect: (port) => ({ connectionString: urlOf(port, 'postgres') }),
    run: (program, args) => runProgram(runAs, locate(program), args),
  };
}

/**
 * initdb fills a folder beside, which takes its name when it is whole: an interrupted first start
 * leaves nothing half made.
 */
async function createCluster(server: Server, log: (line: string) => void): Promise<void> {
  if (existsSync(server.cluster)) return;
  log('making a new Postgres cluster');
  const fresh = path.join(server.dir, 'cluster.new');
  const passwordFile = path.join(server.dir, 'password.new');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, server.password, { mode: 0o600 });
  if (server.runAs.kind === 'user') {
    for (const file of [fresh, passwordFile]) chownSync(file, server.runAs.uid, server.runAs.gid);
  }
  const made = await server.run('initdb', [
    ...['-D', fresh, '-U', NAME, '--pwfile', passwordFile, '-A', 'scram-sha-256'],
    ...['-E', 'UTF8', '--locale=C', '--no-instructions'],
  ]);
  rmSync(passwordFile, { force: true });
  if (made.code !== 0) throw new Error(`Postgres could not make its folder: ${made.output}`);
  renameSync(fresh, server.cluster);
}

/** The port of the last time when it is still free, so that addresses people noted keep working. */
async function choosePort(dir: string, wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    if (await isPortFree(wanted)) return wanted;
    throw new Error(`Port ${wanted} is taken. Choose another one for the embedded Postgres.`);
  }
  const file = path.join(dir, 'port');
  const remembered = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (remembered > 0 && (await isPortFree(remembered))) return remembered;
  const port = await findFreePort();
  writeFileSync(file, String(port));
  return port;
}

function logTail(cluster: string): string {
  const file = path.join(cluster, 'server.log');
  if (!existsSync(file)) return '';
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
}

const settingsOf = (port: number, durable: boolean): string =>
  [
    `-p ${port} -h 127.0.0.1 -c unix_socket_directories=''`,
    `-c max_connections=${MAX_CONNECTIONS} -c shared_buffers=128MB`,
    '-c timezone=UTC -c log_timezone=UTC',
    durable ? '' : '-c fsync=off -c full_page_writes=off -c synchronous_commit=off',
  ].join(' ');

const find = (server: Server): Promise<Postmaster | null> =>
  findPostmaster(server.cluster, server.connect);

async function startServer(server: Server, options: EmbeddedPostgresOptions): Promise<void> {
  const port = await choosePort(server.dir, options.port);
  const args = [
    ...['-D', server.cluster, '-w', '-t', START_SECONDS],
    ...['-l', path.join(server.cluster, 'server.log')],
    ...['-o', settingsOf(port, options.durable !== false), 'start'],
  ];
  const begunAt = performance.now();
  for (;;) {
    const started = await server.run('pg_ctl', args);
    if (started.code === 0) return;
    // It may be there and still recover.
    if ((await find(server)) !== null) return;
    const tail = logTail(server.cluster);
    const waitedMs = performance.now() - begunAt;
    if (!LEFTOVER.test(tail) || waitedMs > LEFTOVER_WAIT_MS) {
      throw new Error(`Postgres did not start: ${started.output}\n${tail}`);
    }
    if (waitedMs > LEFTOVER_KILL_MS) endOrphans(server.cluster, 'SIGKILL');
    else if (waitedMs > LEFTOVER_ASK_MS) endOrphans(server.cluster, 'SIGQUIT');
    await sleep(LEFTOVER_LOOK_MS);
  }
}

/** Finds the server of the folder or starts it, and waits until it answers. */
async function bringUp(server: Server, options: EmbeddedPostgresOptions): Promise<Postmaster> {
  const waiting = { connect: server.connect, log: options.log ?? (() => {}) };
  for (let starts = 0; starts <= STARTS; ) {
    const running = await find(server);
    if (running === null) {
      starts += 1;
      await startServer(server, options);
    } else if (await untilItAnswers(server.cluster, running, waiting)) return running;
  }
  throw new Error(`Postgres started ${STARTS} times and ended:\n${logTail(server.cluster)}`);
}

async function createOwnDatabase(config: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [NAME]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${NAME}`);
  } finally {
    await client.end();
  }
}

async function stopServer(server: Server): Promise<void> {
  if ((await find(server)) === null) return;
  const stopped = await server.run('pg_ctl', ['-D', server.cluster, '-w', '-m', 'fast', 'stop']);
  // It may have ended in another way, for example on a full disk.
  if (stopped.code !== 0 && (await find(server)) !== null) {
    throw new Error(`Postgres did not stop: ${stopped.output}`);
  }
}

/** A full disk has no room for a lock either; stopping must not wait for that. */
const stopAlone = (server: Server, lock: string): Promise<void> =>
  withProcessLock(lock, LOCK_WAIT_MS, () => stopServer(server)).catch((error: unknown) => {
    if (!isDiskFull(error)) throw error;
    return stopServer(server);
  });

/**
 * Starts the Postgres of a folder, or finds it running, from any number of processes at once.
 * @see docs/decisions/0002
 */
export async function ensurePostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dir = path.resolve(options.dir);
  const log = options.log ?? (() => {});
  mkdirSync(dir, { recursive: true });
  // The server's user has to pass through; what is secret in here has its own mode.
  chmodSync(dir, 0o711);
  const lock = path.join(dir, 'lock');
  return withProcessLock(lock, LOCK_WAIT_MS, async () => {
    const server = openServer(dir);
    await createCluster(server, log);
    const { pid, port } = await bringUp(server, options);
    await createOwnDatabase(server.connect(port));
    log(`Postgres answers on port ${port}`);
    return {
      url: server.urlOf(port, NAME),
      isAlive: () => isAlive(pid),
      stop: () => stopAlone(server, lock),
    };
  });
}
