'use client';

import { RidgesChart } from '@/charts/ridges/ridges';
import { Panel } from '@/components/ui/panel';
import { ChartSkeleton } from '@/components/ui/states';
import { uncertaintyUnit } from '../rounds/prepare-rounds';
import { useRounds } from '../rounds/queries';
import { isFinishedState } from '../rounds/round-states';
import { RoundsTable } from '../rounds/rounds-table';
import { strings } from './strings';
import type { Project } from './types';

/** The same uncertainty over time: a histogram and a row for each round. */
export function ByRound({ project }: { readonly project: Project }) {
  const rounds = useRounds(project.id);
  const unit = uncertaintyUnit(project.labelSchema);
  const all = rounds.data?.items ?? null;
  const scored = (all ?? []).filter(
    (round) => isFinishedState(round.state) && round.metrics?.epistemicHistogram != null,
  );
  if (all === null) {
    return (
      <Panel title={strings.byRound}>
        <ChartSkeleton label="Loading the uncertainty by round" />
      </Panel>
    );
  }
  return (
    <div className="un-rounds">
      <Panel title={strings.byRound} meta={`share of the pool, ${unit}`}>
        <RidgesChart
          unit={unit}
          rounds={[...scored].reverse().map((round) => ({
            round: round.number,
            mean: round.metrics?.epistemicMean ?? null,
            histogram: round.metrics?.epistemicHistogram ?? null,
          }))}
        />
      </Panel>
      <Panel title="Rounds">
        <RoundsTable
          projectId={project.id}
          rounds={scored}
          all={all}
          metricName={project.metricName}
          unit={unit}
          most={Math.max(0, ...scored.map((round) => round.metrics?.epistemicMean ?? 0))}
        />
      </Panel>
    </div>
  );
}
