import type { JobContext } from '@dubio/platform';
import { TURN_MS } from '../budgets/budgets.js';

/** The work has had its turn and others wait: the rest of it is a job of its own, behind theirs. */
export class TurnOverError extends Error {
  override readonly name = 'TurnOverError';
  constructor() {
    super('Others wait for their turn.');
  }
}

/** To find the place where an earlier turn stopped must not be most of what a turn does. */
const TURNS_OF_FINDING = 2;

type Turn = {
  /** Fires with a TurnOverError when the turn is over. */
  readonly signal: AbortSignal;
  /** A step is done, and will not be done again by the next turn. */
  readonly onProgress: () => void;
};

/**
 * Runs long work as one turn: after `turnMs` beyond its first step it stops as soon as another job
 * waits for the place. Alone, it is never stopped.
 * @throws TurnOverError, and whatever the work throws
 */
export async function takeTurn<Result>(
  context: Pick<JobContext, 'othersWait' | 'signal'>,
  work: (turn: Turn) => Promise<Result>,
  turnMs: number = TURN_MS,
): Promise<Result> {
  const over = new AbortController();
  const begunMs = performance.now();
  let endMs: number | null = null;
  let asking = false;
  const onProgress = () => {
    const nowMs = performance.now();
    endMs ??= nowMs + Math.max(turnMs, TURNS_OF_FINDING * (nowMs - begunMs));
    if (asking || nowMs < endMs) return;
    asking = true;
    context
      .othersWait()
      .then((wait) => {
        if (wait) over.abort(new TurnOverError());
      })
      // A queue that does not answer has nothing to hand out either.
      .catch(() => {})
      .finally(() => {
        asking = false;
      });
  };
  return work({ signal: AbortSignal.any([context.signal, over.signal]), onProgress });
}
