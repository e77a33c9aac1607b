import type { ModelMetrics } from '@dubio/contracts';
import { retentionSentence } from '@/charts/retention/prepare-retention';
import { RetentionCurve } from '@/charts/retention/retention';
import { Panel } from '@/components/ui/panel';
import { heldOutOf, prepareCoverage } from './prepare-model';
import { strings } from './strings';

type TrustProps = { readonly metrics: ModelMetrics };

/**
 * What the uncertainty is worth when people act on it; nothing where nothing was held out to tell.
 */
export function TrustPanels({ metrics }: { readonly metrics: ModelMetrics | null }) {
  // Neither is made for several choices.
  if (metrics === null || metrics.heldOut === 0 || metrics.kind === 'choices') return null;
  return (
    <div className="md-grid">
      <RetentionPanel metrics={metrics} />
      <CoveragePanel metrics={metrics} />
    </div>
  );
}

function RetentionPanel({ metrics }: TrustProps) {
  const { retention } = metrics;
  if (retention === null) return null;
  return (
    <Panel title={strings.retention} meta={heldOutOf(metrics)}>
      {retention.points.length > 1 ? <RetentionCurve input={retention} /> : null}
      <p className="sm t2 mt-2">{retentionSentence(retention)}</p>
    </Panel>
  );
}

/** How often sets of answers, or intervals, hold the truth: promised and measured. */
function CoveragePanel({ metrics }: TrustProps) {
  const words = strings.coverage;
  if (metrics.conformal.length === 0) {
    return (
      <Panel title={words.title(metrics.kind)}>
        <p className="sm t2">{words.tooFew}</p>
      </Panel>
    );
  }
  return (
    <Panel title={words.title(metrics.kind)} meta={words.fittedOn(metrics)}>
      <dl className="md-scores num">
        {prepareCoverage(metrics).map((row) => (
          <div key={row.promised}>
            <dt>{words.promised(row.promised)}</dt>
            <dd className="md-pair">
              <b>{row.measured}</b>
            </dd>
            <dd className="md-note">{row.note}</dd>
          </div>
        ))}
      </dl>
      <p className="cap mt-2">{words.why}</p>
    </Panel>
  );
}
