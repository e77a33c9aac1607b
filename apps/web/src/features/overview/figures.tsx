import { NoValue } from '@/components/ui/table';
import { UncertaintySwatch } from '@/components/uncertainty/uncertainty-bar';
import type { Figure } from './prepare-figures';

/** The figures the verdict rests on, each with its unit and what it is. */
export function Figures(props: {
  readonly figures: readonly Figure[];
  /** Nothing is claimed before the rounds are known. */
  readonly loading: boolean;
}) {
  const { figures, loading } = props;
  return (
    <dl className="ov-stats num" aria-busy={loading}>
      {figures.map((figure) => (
        <div key={figure.key}>
          <dt>
            {figure.key === 'epistemic' || figure.key === 'aleatoric' ? (
              <span className="row">
                <UncertaintySwatch kind={figure.key} />
                {figure.name}
              </span>
            ) : (
              figure.name
            )}
          </dt>
          <dd className="ov-value">
            {figure.value === null && loading ? <span className="skel" /> : null}
            {figure.value === null && !loading ? <NoValue why={figure.note} /> : null}
            {figure.value === null ? null : (
              <>
                {figure.value} {figure.unit === '' ? null : <small>{figure.unit}</small>}
              </>
            )}
          </dd>
          <dd className="ov-note">{figure.value === null && loading ? '\u00a0' : figure.note}</dd>
        </div>
      ))}
    </dl>
  );
}
