import type { RoundState } from '@dubio/contracts';
import type { Cause } from '../claims/cause.js';

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
