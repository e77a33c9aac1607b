import type { Queue, Worker } from 'bullmq';
import type { Config } from '../config/config.js';
import type { Logger } from '../config/logger.js';
import { JobAbortedError } from './job-errors.js';
import type { JobHandlers } from './job-handler.js';
import { createJobProcessor } from './job-processor.js';
import { JOB_QUEUES, type JobQueueName, jobNames } from './job-queues.js';
import { createQueueBackend } from './queue-backend.js';

export type JobConsumer = {
  start(): Promise<void>;
  /**
   * Takes nothing new, lets running jobs finish, and after `timeoutMs` hands them back to the
   * queue.
   */
  drain(options?: { timeoutMs?: number }): Promise<void>;
  /** Ends at once; running jobs are taken up by another worker when their locks run out. */
  close(): Promise<void>;
};

export type JobConsumerOptions = {
  config: Config;
  logger: Logger;
  handlers: JobHandlers;
  /** Computations at once in this process; errands have their own few places. */
  concurrency: number;
  /** How long a dead worker's job stays locked. */
  lockMs?: number;
  /** When a job is tried again that met a database that is away. */
  outageAgainMs?: number;
};

const ERRAND_CONCURRENCY = 4;
const LOCK_MS = 15_000;
const OUTAGE_AGAIN_MS = 2000;
const DRAIN_MS = 20_000;
const HAND_BACK_MS = 5_000;
/** Deaths of workers that a job survives before it counts as their cause. */
const MAX_STALLED = 5;

/** @throws Error naming each job without a handler and each handler without a job. */
export function checkHandlers(handlers: Partial<Record<string, unknown>>): void {
  const names = new Set<string>(jobNames());
  const missing = [...names].filter((name) => typeof handlers[name] !== 'function');
  const strange = Object.keys(handlers).filter((name) => !names.has(name));
  if (missing.length === 0 && strange.length === 0) return;
  throw new Error(
    `Each job needs exactly one handler. Without handler: ${missing.join(', ') || 'none'}. Without job: ${strange.join(', ') || 'none'}.`,
  );
}

const settlesWithin = async (work: Promise<unknown>, timeoutMs: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
};

/** Runs jobs from both queues; refuses to be made unless each job has exactly one handler. */
export function createJobConsumer(options: JobConsumerOptions): JobConsumer {
  const { config, logger, handlers } = options;
  checkHandlers(handlers);
  const backend = createQueueBackend(config);
  const shutdown = new AbortController();
  const workers: Worker[] = [];
  const lockMs = options.lockMs ?? LOCK_MS;
  const queues: Queue[] = [];

  const openQueue = (name: JobQueueName): Queue => {
    const queue = backend.openQueue(name);
    queue.on('error', (error) => logger.warn({ err: error }, 'queue connection'));
    queues.push(queue);
    return queue;
  };
  const processorOf = (name: JobQueueName) => {
    const queue = openQueue(name);
    const othersWait = async () => (await queue.getWaitingCount()) > 0;
    const { outageAgainMs = OUTAGE_AGAIN_MS } = options;
    const parts = { handlers, logger, othersWait, outageAgainMs };
    return createJobProcessor({ ...parts, shutdown: shutdown.signal });
  };
  const closeAll = async (force: boolean) => {
    await Promise.all(workers.map((worker) => worker.close(force)));
    await Promise.all(queues.splice(0).map((queue) => queue.close()));
  };

  return {
    async start() {
      await backend.prepare();
      for (const name of JOB_QUEUES) {
        const worker = backend.openWorker(name, processorOf(name), {
          concurrency: name === 'compute' ? options.concurrency : ERRAND_CONCURRENCY,
          lockDuration: lockMs,
          stalledInterval: Math.ceil(lockMs / 3),
          maxStalledCount: MAX_STALLED,
        });
        worker.on('error', (error) => logger.warn({ err: error }, 'queue connection'));
        worker.on('stalled', (jobId) => logger.warn({ jobId }, 'job of a lost worker taken back'));
        workers.push(worker);
        await worker.waitUntilReady();
        worker
          .run()
          .catch((error: unknown) => logger.error({ err: error }, 'the worker loop ended'));
      }
    },
    async drain({ timeoutMs = DRAIN_MS } = {}) {
      const graceful = closeAll(false);
      if (!(await settlesWithin(graceful, timeoutMs))) {
        logger.info('jobs are still running: handing them back');
        shutdown.abort(new JobAbortedError('shutdown'));
        if (!(await settlesWithin(graceful, HAND_BACK_MS))) await closeAll(true);
      }
      await backend.close();
    },
    async close() {
      shutdown.abort(new JobAbortedError('shutdown'));
      await closeAll(true);
      await backend.close();
    },
  };
}
