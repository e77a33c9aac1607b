'use client';

import { Icon } from '@/components/icons/icon';
import { ScreenFailure } from '@/components/shell/screen-failure';
import { Button, ButtonLink } from '@/components/ui/button';
import { PageHead, Panel } from '@/components/ui/panel';
import { EmptyState, RowsSkeleton } from '@/components/ui/states';
import { useProject } from '@/lib/project';
import { useCan } from '@/lib/session';
import { useStartRound } from './actions';
import { uncertaintyUnit } from './prepare-rounds';
import { useRounds } from './queries';
import { RoundsTable } from './rounds-table';
import { strings } from './strings';

/** Every round with its figures, its trigger and how it ended. */
export function RoundsScreen() {
  const project = useProject();
  const rounds = useRounds(project.id, 200);
  const start = useStartRound(project.id);
  const canStart = useCan('round.manage');
  const list = rounds.data?.items;
  if (rounds.isError && list === undefined) {
    return <ScreenFailure error={rounds.error} />;
  }
  return (
    <>
      <PageHead
        title={strings.title}
        sub={strings.sub}
        actions={
          canStart ? (
            <Button working={start.isPending} onClick={() => start.mutate()}>
              <Icon name="retrain" />
              {strings.retrain}
            </Button>
          ) : undefined
        }
      />
      {list?.length === 0 ? (
        <EmptyState
          title={strings.empty.title}
          actions={
            <ButtonLink kind="primary" href={`/projects/${project.id}/label`}>
              Label
            </ButtonLink>
          }
        >
          {strings.empty.detail(project.labelsUntilRound)}
        </EmptyState>
      ) : (
        <Panel className="rounds-all">
          {list === undefined ? (
            <RowsSkeleton label="Loading the rounds" rows={8} />
          ) : (
            <RoundsTable
              projectId={project.id}
              rounds={list}
              all={list}
              metricName={project.metricName}
              unit={uncertaintyUnit(project.labelSchema)}
              most={Math.max(0, ...list.map((round) => round.metrics?.epistemicMean ?? 0))}
              full
            />
          )}
        </Panel>
      )}
    </>
  );
}
