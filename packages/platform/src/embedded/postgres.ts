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
import pg from 'pg';
import { findFreePort, isPortFree } from './free-port.js';
import { findPostgresBinaries, type PostgresProgram } from './postgres-binaries.js';
import { withProcessLock } from './process-lock.js';
import { chooseRunAs, type RunAs, type RunResult, runProgram } from './run-as.js';

export type EmbeddedPostgres = { url: string; stop(): Promise<void> };
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
const LEFTOVER_WAIT_MS = 10_000;
const LEFTOVER_LOOK_MS = 200;

type Server = {
  dir: string;
  cluster: string;
  password: string;
  runAs: RunAs;
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
  return {
    dir,
    cluster: path.join(dir, 'cluster'),
    password: readOrCreatePassword(dir),
    runAs,
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

/**
 * After a kill -9 the pid file stays; while its number belongs to a zombie or to another program,
 * Postgres would take that for a server. Memory that children of the old server still hold is
 * checked by Postgres in its own way.
 */
function removeStalePidFile(cluster: string): void {
  const file = path.join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const commandFile = `/proc/${pid}/cmdline`;
  if (!existsSync(commandFile)) return;
  if (!readFileSync(commandFile, 'utf8').includes('postgres')) rmSync(file);
}

const isRunning = async (server: Server): Promise<boolean> => {
  removeStalePidFile(server.cluster);
  return (await server.run('pg_ctl', ['-D', server.cluster, 'status'])).code === 0;
};

function runningPort(cluster: string): number {
  const line = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n')[3];
  return Number(line);
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

async function startServer(server: Server, options: EmbeddedPostgresOptions): Promise<number> {
  const port = await choosePort(server.dir, options.port);
  const settings = [
    `-p ${port} -h 127.0.0.1 -c unix_socket_directories=''`,
    `-c max_connections=${MAX_CONNECTIONS} -c shared_buffers=128MB`,
    '-c timezone=UTC -c log_timezone=UTC',
    options.durable === false ? '-c fsync=off -c full_page_writes=off' : '',
    options.durable === false ? '-c synchronous_commit=off' : '',
  ].join(' ');
  const args = [
    ...['-D', server.cluster, '-w', '-t', START_SECONDS],
    ...['-l', path.join(server.cluster, 'server.log'), '-o', settings, 'start'],
  ];
  const giveUpAt = Date.now() + LEFTOVER_WAIT_MS;
  for (;;) {
    const started = await server.run('pg_ctl', args);
    if (started.code === 0) return port;
    const tail = logTail(server.cluster);
    if (!LEFTOVER.test(tail) || Date.now() > giveUpAt) {
      throw new Error(`Postgres did not start: ${started.output}\n${tail}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LEFTOVER_LOOK_MS));
  }
}

async function createOwnDatabase(serverUrl: (database: string) => string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [NAME]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${NAME}`);
  } finally {
    await client.end();
  }
}

async function stopServer(server: Server): Promise<void> {
  if (!(await isRunning(server))) return;
  const stopped = await server.run('pg_ctl', ['-D', server.cluster, '-w', '-m', 'fast', 'stop']);
  if (stopped.code !== 0) throw new Error(`Postgres did not stop: ${stopped.output}`);
}

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
    const port = (await isRunning(server))
      ? runningPort(server.cluster)
      : await startServer(server, options);
    const url = (database: string) =>
      `postgresql://${NAME}:${server.password}@127.0.0.1:${port}/${database}`;
    await createOwnDatabase(url);
    log(`Postgres answers on port ${port}`);
    return {
      url: url(NAME),
      stop: () => withProcessLock(lock, LOCK_WAIT_MS, () => stopServer(server)),
    };
  });
}
