import { type RoundEvidence, stopReasons } from '@dubio/active-learning';
import { type Policies, type RoundMetrics, StopReason } from '@dubio/contracts';

/** Rounds that a curve, or the agreement of models, is looked at over. */
const WINDOW = 4;

/**
 * The rules that look at a history and say stop after its last round. Target, doubt and budget are not asked here:
 * they follow from the last figures alone and are asked whenever a page is read.
 */
export function historyStopReasons(
  history: readonly RoundMetrics[],
  { stop }: Pick<Policies, 'stop'>,
): StopReason[] {
  const reasons = stopReasons(history.map(toEvidence), {
    better: history.at(-1)?.metricName === 'rmse' ? 'less' : 'greater',
    targetMetric: null,
    epistemic: null,
    labelBudget: null,
    totalDoubt: stop.totalDoubt,
    leastGain: stop.leastGain,
    agreement: stop.agreement,
    window: WINDOW,
  });
  return reasons.map((reason) => StopReason.parse(reason));
}

const toEvidence = (metrics: RoundMetrics): RoundEvidence => ({
  labels: metrics.labels,
  metric: metrics.metric,
  epistemicMean: metrics.epistemicMean,
  totalMean: metrics.totalMean,
  agreement: metrics.agreement,
});
