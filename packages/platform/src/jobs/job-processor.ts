import { JOBS, type JobName, type JobPayload, readFields, sayProblem } from '@dubio/contracts';
import { DelayedError, type Job, type Processor, UnrecoverableError, WaitingError } from 'bullmq';
import type { Logger } from '../config/logger.js';
import { isOutage } from '../database/database-away.js';
import { JobAbortedError, PermanentJobError } from './job-errors.js';
import type { JobContext, JobHandlers } from './job-handler.js';

type ProcessorOptions = {
  handlers: JobHandlers;
  logger: Logger;
  shutdown: AbortSignal;
  othersWait: () => Promise<boolean>;
  outageAgainMs: number;
};

type RunningJob = {
  job: Job;
  token: string | undefined;
  signal: AbortSignal;
  logger: Logger;
  outageAgainMs: number;
};

function parsePayload<Name extends JobName>(name: Name, data: unknown): JobPayload<Name> {
  const read = readFields(name, JOBS[name].payload, data);
  if (read.ok) return read.data as JobPayload<Name>;
  throw new UnrecoverableError(`${read.problems.map(sayProblem).join('; ')}.`);
}

function runHandler<Name extends JobName>(
  name: Name,
  data: unknown,
  run: { handlers: JobHandlers; context: JobContext },
): Promise<void> {
  return run.handlers[name](parsePayload(name, data), run.context);
}

/**
 * Turns what a handler threw into what the queue understands.
 * @see docs/decisions/0196
 */
async function settleFailure(error: unknown, running: RunningJob): Promise<never> {
  const { job, token, signal, logger, outageAgainMs } = running;
  const aborted = signal.aborted && signal.reason instanceof JobAbortedError;
  if (aborted && signal.reason.reason === 'shutdown') {
    logger.info('handed back to the queue');
    await job.moveToWait(token);
    throw new WaitingError();
  }
  // It says nothing of the job: its few tries, seconds apart, would all be gone before it is over.
  // Where the queue lies in that database as well, this fails too, and no try is counted either.
  if (isOutage(error)) {
    logger.warn({ err: error }, 'the database is away or the disk is full; the job waits');
    await job.moveToDelayed(Date.now() + outageAgainMs, token);
    throw new DelayedError();
  }
  if (error instanceof PermanentJobError) {
    logger.warn({ err: error }, 'failed for good');
    throw new UnrecoverableError(error.message);
  }
  const final = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
  logger.error({ err: error, final }, final ? 'failed' : 'failed, will be tried again');
  throw error;
}

export function createJobProcessor(options: ProcessorOptions): Processor {
  const { handlers, logger, shutdown, othersWait, outageAgainMs } = options;
  return async (job, token, lockLost) => {
    const name = job.name as JobName;
    const definition = JOBS[name];
    if (definition === undefined) throw new UnrecoverableError(`There is no job named ${name}.`);
    const jobLogger = logger.child({ job: name, jobId: job.id, ...pickIds(job.data) });
    const timeout = new AbortController();
    const timer = setTimeout(
      () => timeout.abort(new JobAbortedError('timeout')),
      definition.timeoutMs,
    );
    const lost = new AbortController();
    lockLost?.addEventListener('abort', () => lost.abort(new JobAbortedError('lock-lost')));
    const signal = AbortSignal.any([shutdown, timeout.signal, lost.signal]);
    const startedAt = performance.now();
    try {
      const context: JobContext = {
        attempt: job.attemptsMade + 1,
        maxAttempts: job.opts.attempts ?? 1,
        jobId: job.id ?? '',
        signal,
        logger: jobLogger,
        othersWait,
      };
      await runHandler(name, job.data, { handlers, context });
      jobLogger.info({ durationMs: Math.round(performance.now() - startedAt) }, 'done');
    } catch (error) {
      await settleFailure(error, { job, token, signal, logger: jobLogger, outageAgainMs });
    } finally {
      clearTimeout(timer);
    }
  };
}

const LOGGED_IDS = ['projectId', 'roundId', 'importId', 'simulationId', 'shard', 'member'];

function pickIds(data: unknown): Record<string, unknown> {
  if (typeof data !== 'object' || data === null) return {};
  return Object.fromEntries(Object.entries(data).filter(([key]) => LOGGED_IDS.includes(key)));
}
