/** Trying again cannot help: the job fails at once. Its message is for people. */
export class PermanentJobError extends Error {
  override readonly name = 'PermanentJobError';
}

/** Why a handler's signal fired. */
export type AbortReason = 'timeout' | 'shutdown' | 'lock-lost';

/**
 * The handler stopped because it was told to; at a shutdown the job goes back to the queue
 * unharmed.
 */
export class JobAbortedError extends Error {
  override readonly name = 'JobAbortedError';
  constructor(readonly reason: AbortReason) {
    super(
      {
        timeout: 'The job took longer than it may.',
        shutdown: 'The worker is shutting down; the job goes back to the queue.',
        'lock-lost': 'Another worker took the job over.',
      }[reason],
    );
  }
}
