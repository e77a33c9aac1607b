import type { ModelMetrics } from '@dubio/contracts';
import { formatCount } from '@/lib/format';
import { LEAST_TESTED, testedWords } from '../rounds/prepare-tested';
import { strings } from './strings';

/** What answers to test items say of the model, beside the figures on held-out items; nothing where there are none. */
export function TestedNote({ metrics }: { readonly metrics: ModelMetrics | null }) {
  const tested = metrics?.tested ?? null;
  const words = testedWords(tested, metrics?.kind === 'number' ? 'rmse' : 'accuracy');
  if (tested === null || words === null) {
    return null;
  }
  return (
    <p className="sm t2 mb-3 num">
      {strings.tested.title} <b>{words}</b>. {strings.tested.why(formatCount(tested.rows))}
      {tested.rows < LEAST_TESTED ? ` ${strings.tested.early(formatCount(LEAST_TESTED))}` : null}
    </p>
  );
}
