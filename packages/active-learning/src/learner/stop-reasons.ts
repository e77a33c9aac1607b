import { StopReason as ContractReason, type Policies, type RoundMetrics } from '@dubio/contracts';
import { type RoundFigures, type StopReason, stopReasons } from './stop-rules.js';

/** Rounds that a curve, or the agreement of models, is looked at over. */
const WINDOW = 4;

/** Fewer held-out items say nothing yet about a target. */
export const ENOUGH_HELD_OUT = 30;

const NO_RULE = {
  targetMetric: null,
  epistemic: null,
  labelBudget: null,
  totalUncertainty: null,
  leastGain: null,
  agreement: null,
  window: WINDOW,
} as const;

const better = (last: RoundMetrics | undefined) =>
  last?.metricName === 'rmse' ? 'less' : 'greater';

/**
 * The rules that look at a history and say stop after its last round; asked once, when it is ready.
 */
export function historyStopReasons(
  history: readonly RoundMetrics[],
  { stop }: Pick<Policies, 'stop'>,
): ContractReason[] {
  const reasons = stopReasons(history.map(figuresOf), {
    ...NO_RULE,
    better: better(history.at(-1)),
    totalUncertainty: stop.totalUncertainty,
    leastGain: stop.leastGain,
    agreement: stop.agreement,
  });
  return reasons.map((reason) => ContractReason.parse(reason));
}

/**
 * Target, uncertainty and budget: they follow from the last figures and today's labels alone, and
 * are asked whenever a page is read.
 */
export function currentStopReasons(
  last: RoundMetrics | undefined,
  labels: number,
  { stop }: Pick<Policies, 'stop'>,
): readonly StopReason[] {
  const figures = last ? figuresOf(last) : NO_FIGURES;
  const isTold = last !== undefined && last.heldOut >= ENOUGH_HELD_OUT;
  return stopReasons([{ ...figures, labels }], {
    ...NO_RULE,
    better: better(last),
    targetMetric: isTold ? stop.targetMetric : null,
    epistemic: stop.epistemicNats,
    labelBudget: stop.labelBudget,
  });
}

const NO_FIGURES = { metric: null, epistemicMean: null, totalMean: null, agreement: null };

const figuresOf = (metrics: RoundMetrics): RoundFigures => ({
  labels: metrics.labels,
  metric: metrics.metric,
  epistemicMean: metrics.epistemicMean,
  totalMean: metrics.totalMean,
  agreement: metrics.agreement,
});
