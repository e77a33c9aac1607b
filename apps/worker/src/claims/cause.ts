import { NotTrainableError } from '@dubio/active-learning';
import type { RoundFailure } from '@dubio/contracts';
import { isDiskFull, JobAbortedError } from '@dubio/platform';
import type { z } from 'zod';
import { ComputeLostError, ComputeTaskError } from '../compute/compute-error.js';

export type FailureCode = z.infer<typeof RoundFailure>;

/**
 * Something about the labels or settings keeps the work from being done; trying again cannot help.
 */
export class WorkImpossibleError extends Error {
  override readonly name = 'WorkImpossibleError';
  constructor(
    readonly code: FailureCode,
    message: string,
  ) {
    super(message);
  }
}

/** What a person cannot mend is logged in full and said in general. */
const OURS = 'something failed on our side, and was logged';

const DISK_FULL = 'the disk of the server is full';

/** Why work failed: a code for programs, a cause that ends a sentence for people. */
export type Cause = {
  readonly code: FailureCode;
  readonly cause: string;
  readonly permanent: boolean;
};

export function causeOf(error: unknown): Cause {
  if (error instanceof WorkImpossibleError || error instanceof NotTrainableError) {
    return { code: error.code, cause: error.message, permanent: true };
  }
  if (error instanceof ComputeLostError) {
    return { code: error.reason, cause: error.message, permanent: false };
  }
  if (isDiskFull(error)) return { code: 'internal', cause: DISK_FULL, permanent: false };
  if (error instanceof ComputeTaskError) return taskCause(error);
  if (error instanceof JobAbortedError && error.reason === 'timeout') {
    return { code: 'internal', cause: 'it took longer than a job may', permanent: false };
  }
  return { code: 'internal', cause: OURS, permanent: false };
}

function taskCause(error: ComputeTaskError): Cause {
  const cause = error.message;
  if (error.taskErrorName !== 'NumericsError') {
    return { code: 'internal', cause: OURS, permanent: false };
  }
  switch (error.code?.replaceAll('_', '-')) {
    case 'non-finite':
      return { code: 'diverged', cause, permanent: true };
    case 'invalid-data': {
      const constant = /two different values/.test(cause);
      return { code: constant ? 'one-class-only' : 'bad-features', cause, permanent: true };
    }
    case 'invalid-spec':
    case 'shape-mismatch':
      return { code: 'bad-features', cause, permanent: true };
    default:
      return { code: 'internal', cause, permanent: false };
  }
}
