import type { ModelMetrics } from '@dubio/contracts';
import { formatCount } from '@/lib/format';
import { activeTestWords, LEAST_ACTIVE_TESTS } from '../rounds/prepare-active-test';
import { strings } from './strings';

/**
 * What answers to active-test items say of the model, beside the figures on held-out items; nothing
 * where there are none.
 */
export function ActiveTestNote({ metrics }: { readonly metrics: ModelMetrics | null }) {
  const activeTest = metrics?.activeTest ?? null;
  const words = activeTestWords(activeTest, metrics?.kind === 'number' ? 'rmse' : 'accuracy');
  if (activeTest === null || words === null) {
    return null;
  }
  return (
    <p className="sm t2 mb-3 num">
      {strings.activeTest.title} <b>{words}</b>.{' '}
      {strings.activeTest.why(formatCount(activeTest.rows))}
      {activeTest.rows < LEAST_ACTIVE_TESTS
        ? ` ${strings.activeTest.early(formatCount(LEAST_ACTIVE_TESTS))}`
        : null}
    </p>
  );
}
