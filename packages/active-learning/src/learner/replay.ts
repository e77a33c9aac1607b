import { stream } from '@dubio/bayes-core/pure';
import { chooseNext, type NextRequest } from './choose-next.js';
import type { ChosenQueue } from './choose-queue.js';
import type { Model } from './ports.js';

/** A model of one turn: what it is worth, and how it is let go. */
export type ReplayModel<Judgement> = Model & {
  judge(): Promise<Judgement>;
  dispose(): Promise<void>;
};

export type ReplayRequest<Judgement> = Pick<
  NextRequest,
  'acquisition' | 'queueSize' | 'batch' | 'pool' | 'signal'
> & {
  /** Keys of all items that could be labelled, rising. */
  readonly keys: Int32Array;
  /** Keys labelled so far, in the order they were chosen. */
  readonly labelled: readonly number[];
  /** The replay ends with so many labels. */
  readonly endLabels: number;
  /** All that chance does follows from it and from the number of labels, see `turnSeed`. */
  readonly seed: number;
  /**
   * Trains on the labelled items, rising by key: a model hangs on what is labelled, not on the
   * order it came in.
   */
  fit(labelled: Int32Array, seed: number): Promise<ReplayModel<Judgement>>;
};

/**
 * The seed of the turn with so many labels: every turn draws anew, and a stopped replay draws the
 * same.
 */
export const turnSeed = (seed: number, labels: number): number =>
  stream(seed).split('step').at(labels).key[0] >>> 1;

export type ReplayTurn<Judgement> = {
  /** Keys that the model of the turn was trained on, in the order they were chosen. */
  readonly labelled: readonly number[];
  readonly judgement: Judgement;
  /** With what the next turn begins; null behind the last one. */
  readonly next: readonly number[] | null;
  readonly chosen: ChosenQueue | null;
};

/**
 * The loop on known answers: fit, judge, score, choose, until there are labels enough.
 *
 * Each turn is a pure function of the labelled items and its seed, so a replay that stopped goes on
 * from `next` of its last turn as if it had not.
 */
export async function* replay<Judgement>(
  request: ReplayRequest<Judgement>,
): AsyncGenerator<ReplayTurn<Judgement>> {
  const end = Math.min(request.endLabels, request.keys.length);
  for (let labelled = request.labelled; ; ) {
    request.signal?.throwIfAborted();
    const turn = await oneTurn(request, labelled, end);
    yield turn;
    if (turn.next === null) return;
    labelled = turn.next;
  }
}

async function oneTurn<Judgement>(
  request: ReplayRequest<Judgement>,
  labelled: readonly number[],
  end: number,
): Promise<ReplayTurn<Judgement>> {
  const seed = turnSeed(request.seed, labelled.length);
  const model = await request.fit(Int32Array.from(labelled).sort(), seed);
  try {
    const judgement = await model.judge();
    const base = { labelled, judgement };
    if (labelled.length >= end) return { ...base, next: null, chosen: null };
    const taken = new Set(labelled);
    const open = request.keys.filter((key) => !taken.has(key));
    const chosen = await chooseNext({ ...request, seed, model, open, labelled });
    return { ...base, next: [...labelled, ...chosen.queue.ordinal].slice(0, end), chosen };
  } finally {
    await model.dispose();
  }
}
