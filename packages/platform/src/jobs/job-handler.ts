import type { JobName, JobPayload } from '@dubio/contracts';
import type { Logger } from '../config/logger.js';

export type JobContext = {
  /** 1 at the first run. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly jobId: string;
  /**
   * Aborted when the job ran too long, lost its lock or the worker shuts down; the reason is a
   * JobAbortedError.
   */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Whether other jobs wait for the place that this one has. */
  readonly othersWait: () => Promise<boolean>;
};

export type JobHandler<Name extends JobName> = (
  payload: JobPayload<Name>,
  context: JobContext,
) => Promise<void>;

export type JobHandlers = { [Name in JobName]: JobHandler<Name> };
