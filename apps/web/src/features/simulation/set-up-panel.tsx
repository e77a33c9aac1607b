'use client';

import type { Project, Simulation } from '@dubio/contracts';
import { Panel } from '@/components/ui/panel';
import { formatCount } from '@/lib/format';
import { useCan } from '@/lib/session';
import { networkWords } from '../models/describe-spec';
import { strings } from './strings';

/** What was replayed, so that the figures can be read. */
export function SetUpPanel(props: {
  readonly project: Project;
  readonly simulation: Simulation;
  readonly onChange: () => void;
}) {
  const { project, simulation } = props;
  const { spec } = simulation;
  const rows = [
    ['Labelled set', `${formatCount(spec.poolSize)} in the pool`],
    [
      'Start, batch, end',
      `${formatCount(spec.startLabels)}, ${formatCount(spec.batch)}, ${formatCount(spec.endLabels)} labels`,
    ],
    ['Model', networkWords(spec.modelSpec ?? project.modelSpec)],
  ] as const;
  return (
    <Panel
      title={strings.setUp}
      meta={
        useCan('simulation.manage') ? (
          <button type="button" className="sim-link" onClick={props.onChange}>
            {strings.change}
          </button>
        ) : null
      }
    >
      <dl className="sim-facts sm num">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
