import type { ModelMetrics } from '@dubio/contracts';
import { levelledWords } from '../rounds/prepare-rounds';
import { strings } from './strings';

/** What the whole pool would give, where the held-out items are labels chosen by chance; else nothing. */
export function LevelledNote({ metrics }: { readonly metrics: ModelMetrics | null }) {
  const metricName = metrics?.kind === 'number' ? 'rmse' : 'accuracy';
  const words = levelledWords(metrics?.levelled ?? null, metricName);
  if (words === null) {
    return null;
  }
  return (
    <p className="sm t2 mb-3 num">
      {strings.levelled.title} <b>{words}</b>. {strings.levelled.why}
    </p>
  );
}
