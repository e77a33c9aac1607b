import { type RuleChoice, replay as replayLoop, startingItems } from '@dubio/active-learning';
import type { TaskContext } from '../compute/task-context.js';
import { poolOf } from '../features/feature-gather.js';
import { fitTurn, knownPool, type TurnRequest } from './replay-turn.js';

export type ReplayRequest = TurnRequest & {
  readonly acquisition: RuleChoice;
  /** Of the queue that a round of the project would publish. */
  readonly queueSize: number;
  readonly startLabels: number;
  readonly batch: number;
  readonly endLabels: number;
  /**
   * Ordinals labelled so far, in the order they were chosen; a stopped replay goes on behind them.
   */
  readonly chosen: readonly number[];
  /**
   * After so long the replay stops at its next step, so that rounds that people wait for get their
   * turn.
   */
  readonly sliceMs: number;
};
export type ReplayProgress = {
  readonly point: { labels: number; metric: number };
  readonly chosen: readonly number[];
  readonly fraction: number;
  readonly scoringSeconds: number;
};
export type ReplayResult = { readonly finished: boolean };

/**
 * Replays the loop on known answers, and tells each turn; stops at a turn when its slice of time is
 * over.
 */
export async function replay(
  request: ReplayRequest,
  context: TaskContext<ReplayProgress>,
): Promise<ReplayResult> {
  const known = knownPool(request);
  const { asked, startLabels, seed, acquisition, queueSize, batch } = request;
  const start = startingItems(known.keys, {
    count: startLabels,
    seed,
    classOf: asked.kind === 'class' ? (key) => known.targetsOf.get(key)![0]! : null,
  });
  const end = Math.min(request.endLabels, known.keys.length);
  const turns = replayLoop({
    ...{ acquisition, queueSize, batch, endLabels: end, keys: known.keys },
    labelled: request.chosen.length > 0 ? request.chosen : start,
    pool: poolOf(context.store, request.features),
    signal: context.signal,
    seed,
    fit: (labelled, ownSeed) => fitTurn(request, context, known, { labelled, seed: ownSeed }),
  });
  const sliceEnd = performance.now() + request.sliceMs;
  let startedAt = performance.now();
  for await (const { labelled, judgement, next } of turns) {
    context.report({
      point: { labels: labelled.length, metric: judgement },
      chosen: next ?? labelled,
      fraction: Math.min(1, labelled.length / end),
      scoringSeconds: next === null ? 0 : (performance.now() - startedAt) / 1000,
    });
    if (next === null) return { finished: true };
    if (performance.now() > sliceEnd) return { finished: false };
    startedAt = performance.now();
  }
  return { finished: true };
}
