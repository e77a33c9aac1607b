import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { createDatabase, type Database, findFreePort } from '@dubio/platform';
import { Annotator, type Pace } from './annotator.js';
import { type FaultRecord, STUCK_SECONDS, type Verdict } from './chaos-report.js';
import { makeProductClock } from './clock.js';
import { makeDataDisk } from './data-disk.js';
import { type FaultKind, type PlannedFault, planFaults } from './fault-plan.js';
import { doFault, type Target, whyNot } from './faults.js';
import { judge } from './judge.js';
import { Ledger, longestStall, type Outage } from './ledger.js';
import { Product } from './product.js';
import { startRedis } from './redis.js';
import { findDoubleLeases, listRunningRounds, StillRounds } from './watch.js';
import { makeWorkplace, type Workplace } from './workplace.js';

export type ChaosPlan = {
  readonly minutes: number;
  readonly backend: 'postgres' | 'redis';
  readonly seed: number;
  readonly faults: readonly FaultKind[];
  readonly annotators: number;
  readonly workers: number;
  readonly retrainAfterLabels: number;
  readonly pace: Pace;
  readonly log: (line: string) => void;
};

export type ChaosOutcome = {
  readonly verdict: Verdict;
  readonly faults: readonly FaultRecord[];
  readonly skipped: Readonly<Record<string, string>>;
  readonly rounds: Readonly<Record<string, number>>;
  /** Why rounds failed, each reason with how often. */
  readonly roundFailures: Readonly<Record<string, number>>;
  readonly launcherEndedByItself: number;
  readonly people: {
    readonly repeats: number;
    readonly undone: number;
    readonly skipped: number;
    /** Leases of its last moment, which a crash of the database may forget. */
    readonly servedTwiceAsPeopleSawIt: number;
    readonly failures: Readonly<Record<string, number>>;
    readonly refused: Readonly<Record<string, number>>;
  };
};

const LOOK_MS = 1000;
const PROBE_MS = 250;
const GIVE_UP_MS = 90_000;
const SETTLE_MS = 180_000;
const FINISH_CALLS_MS = 90_000;
const LABELS_AHEAD = 1.3;

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

/** What is running, for the loops beside each other. */
type Run = {
  readonly plan: ChaosPlan;
  readonly target: Target;
  readonly place: Workplace;
  readonly ledger: Ledger;
  readonly outages: Outage[];
  readonly doubleLeases: Set<string>;
  readonly still: StillRounds;
  readonly begunMs: number;
};

const projectIds = ({ place }: Run): string[] => place.projects.map(({ id }) => id);

/** Looks at leases and rounds each second, while the database answers. */
async function keepWatch(run: Run, until: AbortSignal): Promise<void> {
  const database = run.target.database();
  while (!until.aborted) {
    try {
      for (const id of await findDoubleLeases(database, projectIds(run))) run.doubleLeases.add(id);
      run.still.look(await listRunningRounds(database, projectIds(run)), performance.now());
    } catch {
      run.still.pause();
    }
    await pause(LOOK_MS, undefined, { signal: until }).catch(() => {});
  }
}

/** Seconds from the end of a fault until the product works again; null when it does not. */
async function untilMended(
  run: Run,
  done: { endedMs: number; isMended: () => Promise<boolean> },
  signal: AbortSignal,
): Promise<number | null> {
  let mendedMs: number | null = null;
  while (!signal.aborted && performance.now() - done.endedMs < GIVE_UP_MS) {
    const late = pause(GIVE_UP_MS, false, { ref: false });
    if (mendedMs === null && (await Promise.race([done.isMended(), late]))) {
      mendedMs = performance.now();
    }
    const stored = run.ledger.acknowledged.at(-1)?.atMs ?? 0;
    if (mendedMs !== null && stored > mendedMs) return seconds(stored - done.endedMs);
    await pause(PROBE_MS, undefined, { signal }).catch(() => {});
  }
  return null;
}

async function oneFault(
  run: Run,
  planned: PlannedFault,
  signal: AbortSignal,
): Promise<FaultRecord | null> {
  const { plan, target } = run;
  const atSeconds = seconds(performance.now() - run.begunMs);
  const done = await doFault(target, planned);
  if (done === null) {
    plan.log(`${atSeconds} s: no ${planned.kind} process is there to be killed`);
    return null;
  }
  if (done.outage !== null) run.outages.push(done.outage);
  const recoveredSeconds = await untilMended(run, done, signal);
  if (recoveredSeconds === null && signal.aborted) return null;
  const outcome =
    recoveredSeconds === null ? 'NOT recovered' : `recovered in ${recoveredSeconds} s`;
  plan.log(`${atSeconds} s: ${done.what}: ${outcome}`);
  if (recoveredSeconds === null) {
    // Without help nothing more could be learned from this run.
    plan.log('starting the product anew');
    target.product.killLauncher();
  }
  return { kind: planned.kind, what: done.what, atSeconds, recoveredSeconds };
}

async function breakThings(run: Run, until: AbortSignal): Promise<FaultRecord[]> {
  const { plan, target } = run;
  const kinds = plan.faults.filter((kind) => whyNot(kind, target) === null);
  const records: FaultRecord[] = [];
  if (kinds.length === 0) {
    await pause(plan.minutes * 60_000, undefined, { signal: until }).catch(() => {});
    return records;
  }
  const endMs = run.begunMs + plan.minutes * 60_000;
  for (const planned of planFaults(kinds, plan.seed)) {
    const waitMs = Math.min(planned.afterSeconds * 1000, endMs - performance.now());
    await pause(Math.max(0, waitMs), undefined, { signal: until }).catch(() => {});
    if (until.aborted || performance.now() >= endMs) return records;
    const record = await oneFault(run, planned, until);
    if (record !== null) records.push(record);
  }
  return records;
}

/** Waits until no round runs any more, or until one of them is stuck. */
async function settle(run: Run, until: AbortSignal): Promise<void> {
  const endMs = performance.now() + SETTLE_MS;
  while (!until.aborted && performance.now() < endMs) {
    const rounds = await listRunningRounds(run.target.database(), projectIds(run)).catch(
      () => null,
    );
    if (rounds?.length === 0 || run.still.stuck(STUCK_SECONDS * 1000).length > 0) return;
    await pause(LOOK_MS, undefined, { signal: until }).catch(() => {});
  }
}

async function countRounds(database: Database, ids: readonly string[]) {
  const { rows } = await database.pool.query<{ state: string; count: number }>(
    'SELECT state, count(*)::int FROM round WHERE project_id = ANY($1) GROUP BY state',
    [ids],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function countFailures(database: Database, ids: readonly string[]) {
  const { rows } = await database.pool.query<{ why: string; count: number }>(
    `SELECT concat_ws(', ', failure_stage, failure_code, failure_message) AS why, count(*)::int
     FROM round WHERE project_id = ANY($1) AND state = 'failed' GROUP BY why`,
    [ids],
  );
  return Object.fromEntries(rows.map(({ why, count }) => [why, count]));
}

async function work(run: Run, stopped: AbortSignal): Promise<ChaosOutcome> {
  const { plan, place, ledger, target } = run;
  const leave = new AbortController();
  const giveUp = new AbortController();
  const over = new AbortController();
  // Everybody listens to these.
  setMaxListeners(0, leave.signal, giveUp.signal, over.signal);
  stopped.addEventListener('abort', () => {
    for (const one of [leave, giveUp, over]) one.abort();
  });
  const watching = keepWatch(run, over.signal);
  const working = place.people.map((person) =>
    new Annotator(person, ledger, plan).work(leave.signal, giveUp.signal),
  );
  const faults = await breakThings(run, stopped);
  const toMs = performance.now();
  leave.abort();
  const timer = setTimeout(() => giveUp.abort(), FINISH_CALLS_MS);
  await Promise.all(working);
  clearTimeout(timer);
  await settle(run, stopped);
  over.abort();
  await watching;
  stopped.throwIfAborted();
  const found = await judge(target.database(), projectIds(run), ledger.acknowledged);
  const times = ledger.acknowledged.map(({ atMs }) => atMs);
  return {
    verdict: {
      ...found,
      doubleLeases: run.doubleLeases.size,
      stuckRounds: run.still.stuck(STUCK_SECONDS * 1000).length,
      longestStallSeconds: longestStall(times, { fromMs: run.begunMs, toMs }, run.outages),
    },
    faults,
    skipped: Object.fromEntries(
      plan.faults.flatMap((kind) => {
        const why = whyNot(kind, target);
        return why === null ? [] : [[kind, why]];
      }),
    ),
    rounds: await countRounds(target.database(), projectIds(run)),
    roundFailures: await countFailures(target.database(), projectIds(run)),
    launcherEndedByItself: target.product.ownEnds,
    people: {
      repeats: ledger.repeats,
      undone: ledger.undone,
      skipped: ledger.skipped,
      servedTwiceAsPeopleSawIt: ledger.servedTwice,
      failures: Object.fromEntries(ledger.failures),
      refused: Object.fromEntries(ledger.refused),
    },
  };
}

/** Items that people cannot come to the end of, with some for what is slower than they are. */
const itemsFor = ({ minutes, annotators, pace }: ChaosPlan): number => {
  const perMinute = (annotators / 2) * (60_000 / ((pace.leastMs + pace.mostMs) / 2));
  return Math.max(1000, Math.ceil(minutes * perMinute * LABELS_AHEAD));
};

/** Starts everything, breaks it, judges it, and leaves nothing behind, also after a Ctrl-C. */
export async function runChaos(plan: ChaosPlan): Promise<ChaosOutcome> {
  const stop = new AbortController();
  const onSignal = () => stop.abort(new Error('Stopped by hand.'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  const leaving: (() => unknown)[] = [];
  try {
    const disk = await makeDataDisk(plan.faults.includes('disk'));
    leaving.unshift(() => disk.remove());
    const redis = plan.backend === 'redis' ? await startRedis() : null;
    if (redis !== null) leaving.unshift(() => redis.stop());
    const clock = makeProductClock(`${disk.dir}.clock`, plan.faults.includes('clock'));
    const product = new Product({
      dataDir: disk.dir,
      port: await findFreePort(),
      workers: plan.workers,
      environment: { ...clock.environment, ...(redis ? { REDIS_URL: redis.url } : {}) },
      log: plan.log,
    });
    leaving.unshift(async () => {
      const left = await product.stop();
      if (left > 0) plan.log(`${left} processes had to be killed in the end`);
    });
    await Promise.race([product.start(), rejects(stop.signal)]);
    const database = createDatabase(product.databaseUrl(), { max: 4 });
    leaving.unshift(() => database.close());
    const target: Target = { product, disk, clock, redis, database: () => database };
    for (const kind of plan.faults) {
      const why = whyNot(kind, target);
      if (why !== null) plan.log(`skipped: ${kind} (${why})`);
    }
    const items = itemsFor(plan);
    plan.log(`two projects of ${items.toLocaleString('en')} items are filled`);
    const size = { ...plan, items };
    const place = await Promise.race([
      makeWorkplace(product.url, database, size),
      rejects(stop.signal),
    ]);
    plan.log(`${plan.annotators} people label for ${plan.minutes} minutes`);
    return await work(
      {
        ...{ plan, target, place },
        ledger: new Ledger(),
        outages: [],
        doubleLeases: new Set(),
        still: new StillRounds(),
        begunMs: performance.now(),
      },
      stop.signal,
    );
  } finally {
    for (const leave of leaving) await leave();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
}

const rejects = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
