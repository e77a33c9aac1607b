import { DoubtSwatch } from '@/components/doubt/doubt-bar';
import { NoValue } from '@/components/ui/table';
import type { Figure } from './prepare-figures';

/** The figures the verdict rests on, each with its unit and what it is. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl className="ov-stats num">
      {figures.map((figure) => (
        <div key={figure.key}>
          <dt>
            {figure.key === 'epistemic' || figure.key === 'aleatoric' ? (
              <span className="row">
                <DoubtSwatch kind={figure.key} />
                {figure.name}
              </span>
            ) : (
              figure.name
            )}
          </dt>
          <dd className="ov-value">
            {figure.value === null ? (
              <NoValue why={figure.note} />
            ) : (
              <>
                {figure.value} {figure.unit === '' ? null : <small>{figure.unit}</small>}
              </>
            )}
          </dd>
          <dd className="ov-note">{figure.note}</dd>
        </div>
      ))}
    </dl>
  );
}
