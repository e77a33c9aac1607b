import { LEAST_CONTROL } from '@dubio/active-learning';
import type { NetworkChoice, RoundMetrics } from '@dubio/contracts';
import type { EvaluateResult } from '../tasks/evaluate.task.js';
import type { SelectResult } from '../tasks/select.task.js';
import type { RoundRow } from './round.repository.js';

/** The point of a round on the learning curve, as far as training tells it. */
export function metricsAfterTraining(
  round: Pick<RoundRow, 'labels'>,
  result: EvaluateResult,
  { startedAt, scoredBy }: { startedAt: number; scoredBy: NetworkChoice },
): RoundMetrics {
  const { metrics, control, rmseRange } = result;
  const scores = metrics.after ?? metrics.before;
  const isClass = metrics.kind !== 'number';
  return {
    labels: round.labels,
    metricName: isClass ? 'accuracy' : 'rmse',
    metric: isClass ? (metrics.accuracy?.value ?? null) : metrics.rmse,
    metricLow: isClass ? (metrics.accuracy?.low ?? null) : (rmseRange?.low ?? null),
    metricHigh: isClass ? (metrics.accuracy?.high ?? null) : (rmseRange?.high ?? null),
    heldOut: metrics.heldOut,
    heldOutSource: metrics.heldOutSource,
    control: control !== null && control.count >= LEAST_CONTROL ? control : null,
    ece: scores?.ece ?? null,
    nll: scores?.nll ?? metrics.nll,
    brier: scores?.brier ?? null,
    lure: metrics.lure,
    activeTest: metrics.activeTest,
    scoredBy,
    adaptiveSampling: null,
    epistemicMean: null,
    aleatoricMean: null,
    totalMean: null,
    agreement: result.comparison?.agreement ?? null,
    stop: [],
    epistemicHistogram: null,
    trainSeconds: (performance.now() - startedAt) / 1000,
    scoreSeconds: null,
    selectSeconds: null,
  };
}

/** The same, completed by what scoring the pool has shown. */
export function metricsAfterSelection(
  metrics: RoundMetrics,
  result: SelectResult,
  seconds: { score: number | null; select: number },
): RoundMetrics {
  return {
    ...metrics,
    adaptiveSampling: result.adaptiveSampling,
    epistemicMean: result.epistemicMean,
    aleatoricMean: result.aleatoricMean,
    totalMean: result.totalMean,
    epistemicHistogram: result.epistemicHistogram,
    scoreSeconds: seconds.score,
    selectSeconds: seconds.select,
  };
}
