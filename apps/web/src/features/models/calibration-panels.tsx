import type { ModelMetrics } from '@dubio/contracts';
import { calibrationSentence } from '@/charts/reliability/prepare-reliability';
import { ReliabilityChart } from '@/charts/reliability/reliability';
import { Icon } from '@/components/icons/icon';
import { Panel } from '@/components/ui/panel';
import { formatNumber } from '@/lib/format';
import { eceWords, heldOutOf, prepareScores, temperatureWords } from './prepare-model';
import { strings } from './strings';

/** Whether what the model says is right as often as it says. */
export function ReliabilityPanel({ metrics }: { readonly metrics: ModelMetrics | null }) {
  if (metrics?.before == null) {
    return (
      <Panel title={strings.reliability}>
        <p className="sm t2">
          {metrics?.kind === 'number' && metrics.heldOut > 0
            ? strings.numbersHere
            : strings.nothingHeldOut}
        </p>
      </Panel>
    );
  }
  return (
    <Panel title={strings.reliability} meta={<span className="num">{heldOutOf(metrics)}</span>}>
      <ReliabilityChart
        input={{ before: metrics.before, after: metrics.after, temperature: metrics.temperature }}
      />
      <p className="cap mt-2">{strings.whiskers}</p>
    </Panel>
  );
}

/** The scores of calibration, before and after the temperature. */
export function ScoresPanel({ metrics }: { readonly metrics: ModelMetrics }) {
  const said = metrics.before?.meanConfidence ?? null;
  const right = metrics.accuracy?.value ?? null;
  const eceRange = eceWords(metrics.after ?? metrics.before);
  return (
    <Panel
      title={strings.temperature}
      meta={<span className="num">{temperatureWords(metrics)}</span>}
    >
      <dl className="md-scores num">
        {prepareScores(metrics).map((score) => (
          <div key={score.key}>
            <dt>{score.name}</dt>
            <dd className="md-pair">
              {score.after === null ? (
                <b>{score.before}</b>
              ) : (
                <>
                  <span className="t3">{score.before}</span>
                  <Icon name="right" />
                  <b>{score.after}</b>
                </>
              )}
            </dd>
            <dd className="md-note">{strings.scores[score.key]}</dd>
          </div>
        ))}
      </dl>
      {eceRange === null ? null : (
        <p className="sm t2 mt-2 num">
          {strings.eceRange} {eceRange}.
        </p>
      )}
      {said === null || right === null ? null : (
        <p className="sm t2 mt-2">
          {calibrationSentence(said, right)}
          {metrics.after === null ? '' : ' Temperature does not change the accuracy.'}
        </p>
      )}
    </Panel>
  );
}

/** How far predicted numbers miss. */
export function NumberPanel({ metrics }: { readonly metrics: ModelMetrics }) {
  return (
    <Panel title="Error" meta={heldOutOf(metrics)}>
      <dl className="md-scores num">
        <div>
          <dt>RMSE</dt>
          <dd className="md-pair">
            <b>{formatNumber(metrics.rmse)}</b>
          </dd>
          <dd className="md-note">typical size of a miss</dd>
        </div>
        <div>
          <dt>NLL, nats</dt>
          <dd className="md-pair">
            <b>{formatNumber(metrics.nll, 3)}</b>
          </dd>
          <dd className="md-note">{strings.scores.nll}</dd>
        </div>
      </dl>
    </Panel>
  );
}
