import { setTimeout as pause } from 'node:timers/promises';
import { type Database, execute, findRow, query, row, table } from '@dubio/platform';
import type { ProductClock } from './clock.js';
import type { DataDisk } from './data-disk.js';
import type { FaultKind, PlannedFault } from './fault-plan.js';
import type { Outage } from './ledger.js';
import { listProcesses, type Role, send } from './process-table.js';
import type { Product } from './product.js';
import type { Redis } from './redis.js';

/** All that faults are done to. */
export type Target = {
  readonly product: Product;
  readonly database: () => Database;
  readonly disk: DataDisk;
  readonly clock: ProductClock;
  readonly redis: Redis | null;
};

/** A fault that was done, and how to see that the product is over it. */
export type DoneFault = {
  readonly what: string;
  /** When the product could begin to mend itself, by the bench's clock. */
  readonly endedMs: number;
  /** While it could not be up, however good it is. */
  readonly outage: Outage | null;
  /** Whether what was hit works again; that labels are stored is asked beside it. */
  readonly isMended: () => Promise<boolean>;
};

const w = table('worker_process', 'w');

/** Why a fault cannot be done on this machine, or null. */
export function whyNot(kind: FaultKind, { disk, clock }: Target): string | null {
  if (kind === 'disk') return disk.why;
  return kind === 'clock' ? clock.why : null;
}

const always = async () => true;

const answersAt = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    async (answer) => {
      await answer.body?.cancel();
      return answer.ok;
    },
    () => false,
  );

const databaseAnswers = (database: Database): Promise<boolean> =>
  execute(database.pool, query`SELECT 1`).then(always, () => false);

async function isWorkerThere(database: Database, pids: readonly number[]): Promise<boolean> {
  const found = await findRow(
    database.pool,
    query`SELECT ${row({ pid: w.pid })} FROM ${w} WHERE ${w.pid} = ANY(${pids}::int[])
      AND ${w.heartbeat_at} > now() - interval '10 seconds' LIMIT 1`,
  ).catch(() => null);
  return found !== null;
}

/** kill -9 of one process of a role; null when none is there. */
function kill(target: Target, role: Role, share: number): DoneFault | null {
  const { product, database } = target;
  const pids = (of: Role) =>
    listProcesses(product.dataDir).flatMap((one) => (one.role === of ? [one.pid] : []));
  const before = pids(role);
  const pid = before[Math.floor(share * before.length)];
  if (pid === undefined) return null;
  if (role === 'launcher') product.killLauncher();
  else send(pid, 'SIGKILL');
  const killedMs = performance.now();
  const fresh = () => pids(role).filter((one) => !before.includes(one));
  const mended: Record<Role, () => Promise<boolean>> = {
    launcher: () => product.untilReady().then(always),
    api: async () => fresh().length > 0 && answersAt(`${product.url}/api/v1/health/live`),
    web: async () => fresh().length > 0 && answersAt(`${product.url}/api/v1/health/live`),
    worker: async () => isWorkerThere(database(), fresh()),
    compute: async () => fresh().length > 0,
    postmaster: () => databaseAnswers(database()),
    backend: () => databaseAnswers(database()),
  };
  return {
    what: `kill -9 ${role} ${pid}`,
    endedMs: killedMs,
    outage: null,
    isMended: mended[role],
  };
}

async function pauseQueue(target: Target, seconds: number): Promise<DoneFault> {
  const { product, redis } = target;
  const isServer = ({ role }: { role: Role | 'other' }) =>
    role === 'postmaster' || role === 'backend';
  const pids =
    redis === null
      ? listProcesses(product.dataDir).flatMap((one) => (isServer(one) ? [one.pid] : []))
      : [redis.pid];
  const fromMs = performance.now();
  for (const pid of pids) send(pid, 'SIGSTOP');
  await pause(seconds * 1000);
  for (const pid of pids) send(pid, 'SIGCONT');
  const endedMs = performance.now();
  return {
    what: `${redis === null ? 'Postgres' : 'Redis'} paused for ${seconds.toFixed(1)} s`,
    endedMs,
    // Labels are stored without Redis; without Postgres nothing is.
    outage: redis === null ? { fromMs, toMs: endedMs } : null,
    isMended: () => databaseAnswers(target.database()),
  };
}

async function fillDisk({ disk, database }: Target, seconds: number): Promise<DoneFault> {
  const fromMs = performance.now();
  disk.fill();
  await pause(seconds * 1000);
  disk.empty();
  const endedMs = performance.now();
  return {
    what: `disk full for ${seconds.toFixed(1)} s`,
    endedMs,
    outage: { fromMs, toMs: endedMs },
    isMended: () => databaseAnswers(database()),
  };
}

/** Does one fault; null when there is nothing at this time to do it to. */
export async function doFault(target: Target, planned: PlannedFault): Promise<DoneFault | null> {
  const { kind, lastsSeconds, share, stepSeconds } = planned;
  if (kind === 'pause-queue') return pauseQueue(target, lastsSeconds);
  if (kind === 'disk') return fillDisk(target, lastsSeconds);
  if (kind !== 'clock') return kill(target, kind, share);
  target.clock.set(stepSeconds);
  return {
    what: `clock set ${stepSeconds} s beside the true time`,
    endedMs: performance.now(),
    outage: null,
    isMended: always,
  };
}
