import { NotTrainableError } from '@dubio/active-learning';
import type { RoundFailure, RoundState } from '@dubio/contracts';
import { JobAbortedError } from '@dubio/platform';
import type { z } from 'zod';
import { ComputeLostError, ComputeTaskError } from '../compute/compute-error.js';

export type FailureCode = z.infer<typeof RoundFailure>;

/** Something about the labels or settings keeps a round from being trained; trying again cannot help. */
export class RoundImpossibleError extends Error {
  override readonly name = 'RoundImpossibleError';
  constructor(
    readonly code: FailureCode,
    message: string,
  ) {
    super(message);
  }
}

/** What a person cannot mend is logged in full and said in general. */
const OURS = 'something failed on our side, and was logged';

/** Why a stage failed: a code for programs, a cause that ends a sentence for people. */
export type Cause = {
  readonly code: FailureCode;
  readonly cause: string;
  readonly permanent: boolean;
};

export function causeOf(error: unknown): Cause {
  if (error instanceof RoundImpossibleError || error instanceof NotTrainableError) {
    return { code: error.code, cause: error.message, permanent: true };
  }
  if (error instanceof ComputeLostError) {
    return { code: error.reason, cause: error.message, permanent: false };
  }
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

const WHILE: Partial<Record<RoundState, string>> = {
  queued: 'before it began',
  training: 'while training',
  scoring: 'while scoring',
  selecting: 'while choosing the queue',
};

/** The sentences people read: what stopped, why, what is safe. */
export function failureSentence(failure: {
  number: number;
  stage: RoundState;
  /** What failed inside the stage, with a capital; such as "Shard 41". */
  subject: string | null;
  cause: Cause;
  attempts: number;
  /** Queue in use; 0 before the first round is ready. */
  generation: number;
  kept: string | null;
}): string {
  const { number, stage, subject, cause, attempts, generation, kept } = failure;
  const times = cause.permanent
    ? 'failed'
    : `failed ${attempts} ${attempts === 1 ? 'time' : 'times'}`;
  const what = subject === null ? capital(cause.cause) : `${subject} ${times}: ${cause.cause}`;
  const again = subject === null && !cause.permanent ? ` It was tried ${attempts} times.` : '';
  const safe =
    generation > 0
      ? `The queue of round ${generation} stays in use.`
      : 'All labels are kept, and items are still served.';
  return [
    `Round ${number} stopped ${WHILE[stage] ?? ''}.`,
    `${withStop(what)}${again}`,
    ...(kept === null ? [] : [kept]),
    safe,
  ].join(' ');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const withStop = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
