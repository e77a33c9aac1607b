import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createObjectStore, type Database, type ObjectStore } from '@dubio/platform';
import { startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { type Hold, hold } from './hold.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export type WorkerOptions = {
  readonly concurrency?: number;
  readonly heartbeatMs?: number;
  readonly memoryMb?: number;
  readonly engine?: 'onnx' | 'tensorflow';
  /** Where the engines look for what was fitted in. */
  readonly home?: string;
};

/** A worker as it really runs: a process of its own, with its compute processes. */
export type WorkerProcess = {
  readonly pid: number;
  /** kill -9, as the kernel would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  readonly output: () => string;
};

export type Harness = {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly storageUrl: string;
  startWorker(options?: WorkerOptions): Promise<WorkerProcess>;
  /** Keeps rows from a change, see `hold`; over at the latest when the workers are killed. */
  hold(table: string, when: string): Promise<Hold>;
  /** Ends every worker that still runs. */
  killWorkers(): Promise<void>;
  close(): Promise<void>;
};

/** A database, a store and workers on one backend of the queue; nothing outlives `close`. */
export async function startHarness(options: { redisUrl?: string | null } = {}): Promise<Harness> {
  const test: TestDatabase = await startTestDatabase();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dubio-worker-test-'));
  const storageUrl = pathToFileURL(path.join(folder, 'objects')).href;
  const running = new Set<WorkerProcess>();
  const holds = new Set<Hold>();
  const killWorkers = async () => {
    await Promise.all([...running].map((worker) => worker.kill()));
    running.clear();
    for (const one of holds) await one.end();
    holds.clear();
  };
  const queuePrefix = `t${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  return {
    database: test.database,
    store: createObjectStore(storageUrl),
    storageUrl,
    async startWorker(worker = {}) {
      const started = await spawnWorker({
        DATABASE_URL: test.url,
        STORAGE_URL: storageUrl,
        DUBIO_MODE: 'embedded',
        DUBIO_DATA_DIR: folder,
        DUBIO_QUEUE_PREFIX: queuePrefix,
        DUBIO_WORKER_CONCURRENCY: String(worker.concurrency ?? 1),
        DUBIO_HEARTBEAT_MS: String(worker.heartbeatMs ?? 300),
        DUBIO_WORKER_MEMORY_MB: String(worker.memoryMb ?? 1024),
        DUBIO_DATABASE_POOL: '6',
        DUBIO_ENGINE: worker.engine ?? 'onnx',
        HOME: worker.home ?? os.homedir(),
        DUBIO_LOG_LEVEL: 'debug',
        ...(options.redisUrl ? { REDIS_URL: options.redisUrl } : { REDIS_URL: '' }),
      });
      running.add(started);
      return started;
    },
    async hold(table, when) {
      const held = await hold(test.database, table, when);
      holds.add(held);
      return held;
    },
    killWorkers,
    async close() {
      await killWorkers();
      await test.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function spawnWorker(environment: Record<string, string>): Promise<WorkerProcess> {
  const child: ChildProcess = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (output.includes('worker is ready')) resolve();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('exit', (code) => reject(new Error(`The worker ended with ${code}:\n${output}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await gone;
  };
  return {
    pid: child.pid ?? 0,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    output: () => output,
  };
}

const POLL_MS = 20;

/** Looks again and again until a query answers something; the test's own timeout ends it. */
export async function until<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
