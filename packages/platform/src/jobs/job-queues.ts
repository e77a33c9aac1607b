import { JOBS, type JobName } from '@dubio/contracts';
import type { JobsOptions } from 'bullmq';

/**
 * Long computations and short errands wait in different lines, so that an errand never waits for a
 * training.
 */
export const JOB_QUEUES = ['compute', 'errand'] as const;
export type JobQueueName = (typeof JOB_QUEUES)[number];

const KEEP_DONE = { age: 24 * 3600, count: 2000 };
const KEEP_FAILED = { age: 14 * 24 * 3600, count: 5000 };

export const jobNames = (): JobName[] => Object.keys(JOBS) as JobName[];

export const queueOf = (name: JobName): JobQueueName => (JOBS[name].compute ? 'compute' : 'errand');

/** Queues refuse ":" in ids of jobs; callers may use it, as in `round.train:<roundId>`. */
export const toQueueJobId = (jobId: string): string => jobId.replaceAll(':', '~');

export function queueOptionsOf(name: JobName, jobId: string, delayMs: number): JobsOptions {
  const { attempts, backoffMs } = JOBS[name];
  return {
    jobId: toQueueJobId(jobId),
    attempts,
    ...(backoffMs > 0 ? { backoff: { type: 'exponential', delay: backoffMs } } : {}),
    ...(delayMs > 0 ? { delay: delayMs } : {}),
    removeOnComplete: KEEP_DONE,
    removeOnFail: KEEP_FAILED,
  };
}
