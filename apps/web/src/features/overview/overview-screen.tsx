'use client';

import type { Project, Round, Simulation } from '@dubio/contracts';
import Link from 'next/link';
import { LearningCurveChart } from '@/charts/learning-curve/learning-curve';
import { pickRounds } from '@/charts/ridges/prepare-ridges';
import { RidgesChart } from '@/charts/ridges/ridges';
import { Icon } from '@/components/icons/icon';
import { ScreenFailure } from '@/components/shell/screen-failure';
import { ButtonLink } from '@/components/ui/button';
import { PageHead, Panel } from '@/components/ui/panel';
import { ChartSkeleton, EmptyState, RowsSkeleton } from '@/components/ui/states';
import { useProject } from '@/lib/project';
import { useCan } from '@/lib/session';
import { FailedRound } from '../rounds/failed-round';
import { classNames, heldOutWords, uncertaintyUnit } from '../rounds/prepare-rounds';
import { useLiveRound, useRounds } from '../rounds/queries';
import { FinishedRoundPanel, NextRound, RunningRoundPanel } from '../rounds/round-panel';
import { isFinishedState, isRunningState } from '../rounds/round-states';
import { RoundsTable } from '../rounds/rounds-table';
import { strings as roundStrings } from '../rounds/strings';
import { useSimulations } from '../simulation/queries';
import { DemoButton } from './demo-button';
import { Figures } from './figures';
import './overview.css';
import { prepareCurveInput } from './prepare-curve-input';
import { prepareFigures, savedAgainstRandom } from './prepare-figures';
import { strings } from './strings';

const SHOWN_ROUNDS = 6;
const SHOWN_RIDGES = 4;

/** What to do, the figures that rests on, and the loop at work. */
export function OverviewScreen() {
  const project = useProject();
  const rounds = useRounds(project.id);
  const simulations = useSimulations(project.id);
  if (rounds.isError && rounds.data === undefined) {
    return <ScreenFailure error={rounds.error} />;
  }
  return (
    <Overview
      project={project}
      rounds={rounds.data?.items ?? null}
      simulations={simulations.data?.items ?? []}
    />
  );
}

type OverviewProps = {
  readonly project: Project;
  /** null while they load. */
  readonly rounds: readonly Round[] | null;
  readonly simulations: readonly Simulation[];
};

function Overview({ project, rounds, simulations }: OverviewProps) {
  const finished = (rounds ?? []).filter((round) => isFinishedState(round.state));
  const saved = savedAgainstRandom(simulations, project.acquisition.rule);
  return (
    <>
      <Head project={project} />
      <Figures figures={prepareFigures({ project, finished, saved })} loading={rounds === null} />
      {project.itemCount === 0 ? <NoItems project={project} /> : null}
      <div className="ov-grid">
        <CurvePanel project={project} rounds={rounds} simulations={simulations} />
        <RoundColumn project={project} rounds={rounds} />
      </div>
      <div className="ov-grid">
        <LastRounds project={project} rounds={rounds} />
        <UncertaintyPanel project={project} rounds={rounds} finished={finished} />
      </div>
    </>
  );
}

function Head({ project }: { readonly project: Project }) {
  const canUpdate = useCan('project.update');
  const ruleSet = Object.values(project.policies.stop).some((value) => value !== null);
  return (
    <PageHead
      title={project.verdict.headline}
      sub={
        <>
          {project.verdict.reason}{' '}
          {canUpdate ? (
            <Link className="nowrap" href={`/projects/${project.id}/settings#stop`}>
              {ruleSet ? strings.changeRule : strings.setRule}
            </Link>
          ) : null}
        </>
      }
      actions={
        <>
          {project.demo ? <DemoButton projectId={project.id} /> : null}
          <ButtonLink kind="primary" href={`/projects/${project.id}/label`}>
            <Icon name="label" />
            {strings.label}
          </ButtonLink>
        </>
      }
    />
  );
}

function NoItems({ project }: { readonly project: Project }) {
  return (
    <EmptyState
      className="mb-3"
      title={strings.noItems.title}
      actions={
        <ButtonLink kind="primary" href={`/projects/${project.id}/items`}>
          {strings.noItems.action}
        </ButtonLink>
      }
    >
      {strings.noItems.detail}
    </EmptyState>
  );
}

function CurvePanel({ project, rounds, simulations }: OverviewProps) {
  const input = rounds === null ? null : prepareCurveInput({ project, rounds, simulations });
  const newest = rounds?.find((round) => round.metrics?.metric != null)?.metrics ?? null;
  const what = project.metricName === 'accuracy' ? 'accuracy' : 'RMSE';
  return (
    <Panel title={strings.curve} meta={newest === null ? what : `${what}, ${heldOutWords(newest)}`}>
      {input === null ? <ChartSkeleton label="Loading the learning curve" /> : null}
      {input !== null && input.rounds.length === 0 && input.running === null ? (
        <NoRound project={project} />
      ) : null}
      {input !== null && (input.rounds.length > 0 || input.running !== null) ? (
        <LearningCurveChart input={input} />
      ) : null}
    </Panel>
  );
}

/** Before round 1: what is missing and where to get it. */
function NoRound({ project }: { readonly project: Project }) {
  return (
    <div className="ctr">
      <p className="strong">{strings.noRound.title}</p>
      <p className="sm t2">
        {roundStrings.empty.detail(project.labelsUntilRound)} {strings.noRound.chart}
      </p>
    </div>
  );
}

function RoundColumn(props: {
  readonly project: Project;
  readonly rounds: readonly Round[] | null;
}) {
  const { project, rounds } = props;
  const running = rounds?.find((round) => isRunningState(round.state));
  const live = useLiveRound(project.id, running);
  const newest = rounds?.[0];
  if (rounds === null) {
    return (
      <Panel title={roundStrings.title}>
        <RowsSkeleton label="Loading the rounds" />
      </Panel>
    );
  }
  if (running !== undefined && live !== null) {
    return <RunningRoundPanel project={project} round={running} live={live} />;
  }
  const next = (newest?.number ?? 0) + 1;
  const inUse = rounds.find((round) => round.state === 'ready');
  if (inUse !== undefined && newest?.state !== 'failed') {
    return <FinishedRoundPanel project={project} round={inUse} next={next} />;
  }
  return (
    <div className="ov-stack">
      {newest?.state === 'failed' ? <FailedRound project={project} round={newest} /> : null}
      <Panel title={strings.idle} className="round-panel">
        <p className="sm t2 num mb-3">{idleWords(project, newest)}</p>
        <NextRound project={project} next={next} />
      </Panel>
    </div>
  );
}

function idleWords(project: Project, newest: Round | undefined): string {
  if (project.readyRound !== null) {
    return `The queue is ordered by round ${project.readyRound}.`;
  }
  return newest === undefined
    ? 'No model yet. Items are asked in an order that covers the pool.'
    : 'No round has been ready yet. Items are asked in an order that covers the pool.';
}

function LastRounds(props: {
  readonly project: Project;
  readonly rounds: readonly Round[] | null;
}) {
  const { project, rounds } = props;
  const ended = (rounds ?? []).filter(
    (round) => isFinishedState(round.state) || round.state === 'failed',
  );
  return (
    <Panel
      title={strings.lastRounds}
      meta={<Link href={`/projects/${project.id}/rounds`}>{strings.allRounds}</Link>}
    >
      {rounds === null ? <RowsSkeleton label="Loading the rounds" rows={SHOWN_ROUNDS} /> : null}
      {rounds !== null && ended.length === 0 ? (
        <p className="sm t2">{roundStrings.empty.detail(project.labelsUntilRound)}</p>
      ) : null}
      {ended.length > 0 ? (
        <div className="ov-rounds">
          <RoundsTable
            projectId={project.id}
            rounds={ended.slice(0, SHOWN_ROUNDS)}
            all={ended}
            metricName={project.metricName}
            unit={uncertaintyUnit(project.labelSchema)}
            most={maxUncertainty(project, ended)}
          />
        </div>
      ) : null}
    </Panel>
  );
}

/** A bar of uncertainty is full at the uncertainty of the round that had most. */
function maxUncertainty(project: Project, rounds: readonly Round[]): number {
  const classes = classNames(project.labelSchema).length;
  const seen = Math.max(0, ...rounds.map((round) => round.metrics?.epistemicMean ?? 0));
  return classes > 1 ? Math.max(seen, Math.log(classes) / 4) : seen;
}

function UncertaintyPanel(props: {
  readonly project: Project;
  readonly rounds: readonly Round[] | null;
  readonly finished: readonly Round[];
}) {
  const { project, rounds, finished } = props;
  const scored = finished.filter((round) => round.metrics?.epistemicHistogram != null).reverse();
  return (
    <Panel
      title={strings.uncertainty}
      meta={<Link href={`/projects/${project.id}/uncertainty`}>{strings.items}</Link>}
    >
      {rounds === null ? <ChartSkeleton label="Loading the uncertainty by round" /> : null}
      {rounds !== null && scored.length === 0 ? (
        <p className="sm t2">{strings.noUncertainty}</p>
      ) : null}
      {scored.length > 0 ? (
        <RidgesChart
          unit={uncertaintyUnit(project.labelSchema)}
          rounds={pickRounds(scored, SHOWN_RIDGES).map((round) => ({
            round: round.number,
            mean: round.metrics?.epistemicMean ?? null,
            histogram: round.metrics?.epistemicHistogram ?? null,
          }))}
        />
      ) : null}
    </Panel>
  );
}
