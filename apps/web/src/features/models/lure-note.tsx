import type { ModelMetrics } from '@dubio/contracts';
import { formatCount } from '@/lib/format';
import { lureWords } from '../rounds/prepare-rounds';
import { strings } from './strings';

/** Below this share of the items the standard error itself rests on too few of them. */
const STEADY_SHARE = 0.5;

/**
 * What the whole pool would give, where the held-out items are labels chosen by chance; else
 * nothing.
 */
export function LureNote({ metrics }: { readonly metrics: ModelMetrics | null }) {
  const metricName = metrics?.kind === 'number' ? 'rmse' : 'accuracy';
  const words = lureWords(metrics?.lure ?? null, metricName);
  if (words === null) {
    return null;
  }
  const { rows, effectiveRows } = metrics?.lure ?? { rows: 0, effectiveRows: null };
  const isUnsteady = effectiveRows !== null && effectiveRows < rows * STEADY_SHARE;
  return (
    <p className="sm t2 mb-3 num">
      {strings.lure.title} <b>{words}</b>. {strings.lure.why}
      {isUnsteady
        ? ` ${strings.lure.unsteady(formatCount(Math.max(1, Math.round(effectiveRows))), formatCount(rows))}`
        : null}
    </p>
  );
}
