import { createDatabase, createObjectStore, type Database } from '@dubio/platform';
import { EXIT_OUT_OF_MEMORY, type FromChild, failureOf, type ToChild } from './compute/protocol.js';
import type { ComputeSettings, TaskContext } from './compute/task-context.js';
import { coldStart } from './features/cold-start.task.js';
import { computeFeatures } from './features/compute-features.task.js';
import { runImport } from './imports/import.task.js';
import { replay } from './simulations/replay.task.js';
import { describeEngine } from './tasks/engine.js';
import { evaluate } from './tasks/evaluate.task.js';
import { fit } from './tasks/fit.task.js';
import { fitSurrogate } from './tasks/fit-surrogate.task.js';
import { scoreShard } from './tasks/score-shard.task.js';
import { select } from './tasks/select.task.js';
import { updatePartitions } from './tasks/update-partitions.task.js';

/** All that a compute process can do. A new task needs its name here, and nothing else. */
const TASKS = {
  import: runImport,
  features: computeFeatures,
  'cold-start': coldStart,
  fit,
  'fit-surrogate': fitSurrogate,
  'update-partitions': updatePartitions,
  evaluate,
  'score-shard': scoreShard,
  select,
  replay,
};

type Shapes<Run> = Run extends (
  request: infer Request,
  context: TaskContext<infer Progress>,
) => Promise<infer Result>
  ? { request: Request; progress: Progress; result: Result }
  : never;
type Tasks = { [Name in keyof typeof TASKS]: Shapes<(typeof TASKS)[Name]> };

declare module './compute/tasks.js' {
  interface ComputeTasks extends Tasks {}
}

const BYTES_A_MEBIBYTE = 1024 * 1024;
const MEMORY_LOOK_MS = 250;
const DATABASE_CONNECTIONS = 3;

let settings: ComputeSettings | null = null;
let database: Database | null = null;
const aborts = new Map<number, AbortController>();

const send = (message: FromChild): void => {
  if (process.connected) process.send?.(message);
};

async function start(message: Extract<ToChild, { kind: 'start' }>): Promise<void> {
  const { id, task, request } = message;
  if (settings === null) throw new Error('A task came before the settings.');
  const given = settings;
  const abort = new AbortController();
  aborts.set(id, abort);
  const context: TaskContext<unknown> = {
    signal: abort.signal,
    store: createObjectStore(given.storageUrl),
    settings: given,
    database: () => {
      database ??= createDatabase(given.databaseUrl, { max: DATABASE_CONNECTIONS });
      return database;
    },
    report: (progress) => send({ kind: 'progress', id, progress }),
  };
  try {
    const run = TASKS[task] as (
      request: unknown,
      context: TaskContext<unknown>,
    ) => Promise<unknown>;
    send({ kind: 'done', id, result: await run(request, context) });
  } catch (error) {
    send({ kind: 'failed', id, failure: failureOf(error) });
  } finally {
    aborts.delete(id);
  }
}

function watchMemory(limitMb: number): void {
  setInterval(() => {
    if (process.memoryUsage.rss() <= limitMb * BYTES_A_MEBIBYTE) return;
    process.exit(EXIT_OUT_OF_MEMORY);
  }, MEMORY_LOOK_MS).unref();
}

process.on('message', (message: ToChild) => {
  if (message.kind === 'settings') {
    settings = message.settings;
    watchMemory(message.settings.memoryLimitMb);
    void describeEngine(settings).then((engine) => send({ kind: 'ready', engine }));
  } else if (message.kind === 'abort') {
    aborts.get(message.id)?.abort(new Error('The task was told to stop.'));
  } else {
    void start(message);
  }
});

// The pipe closes when the parent ends, however it ends; nothing may go on without it.
process.on('disconnect', () => process.exit(0));
// The parent decides: a Ctrl-C in the terminal reaches both, and it drains first.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
