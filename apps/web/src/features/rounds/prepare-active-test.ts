import type { ActiveTestFigures, RoundMetrics } from '@dubio/contracts';
import { formatNumber, formatPercent } from '@/lib/format';

/** With fewer answers an interval is wide, and itself not sure. */
export const LEAST_ACTIVE_TESTS = 30;

/**
 * "91.2 %, 88.0 to 94.1 %, NLL 0.31 ± 0.05 nats": the figure with its 95 % interval, the likelihood
 * with one standard error.
 */
export function activeTestWords(
  activeTest: ActiveTestFigures | null,
  metricName: RoundMetrics['metricName'],
): string | null {
  if (activeTest === null) {
    return null;
  }
  const { metric, nll } = activeTest;
  const parts = [];
  if (metric !== null) {
    parts.push(
      metricName === 'accuracy'
        ? `${formatPercent(metric.value)}, ${formatNumber(metric.low * 100, 1)} to ${formatPercent(metric.high)}`
        : `${formatNumber(metric.value)} RMSE, ${formatNumber(metric.low)} to ${formatNumber(metric.high)}`,
    );
  }
  if (nll !== null) {
    parts.push(`NLL ${formatNumber(nll.value, 3)} ± ${formatNumber(nll.standardError, 3)} nats`);
  }
  return parts.length === 0 ? null : parts.join(', ');
}
