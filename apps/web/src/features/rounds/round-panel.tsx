'use client';

import type { Project, Round } from '@dubio/contracts';
import { type ReactNode, useState } from 'react';
import { ShardGrid } from '@/charts/shard-grid/shard-grid';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import { ConfirmDialog } from '@/components/ui/dialog';
import { Panel } from '@/components/ui/panel';
import { ProgressBar } from '@/components/ui/progress-bar';
import { RelativeTime } from '@/components/ui/relative-time';
import { formatCount, formatDuration, plural } from '@/lib/format';
import { useCan } from '@/lib/session';
import { useCancelRound, useStartRound } from './actions';
import { prepareStages, type Stage, workersWords, writeTimeLeft } from './prepare-stages';
import type { LiveRound } from './queries';
import './rounds.css';
import { strings } from './strings';

/** The round that runs: its steps, its shards, the time left, and the way to stop it. */
export function RunningRoundPanel(props: {
  readonly project: Project;
  readonly round: Round;
  readonly live: LiveRound;
}) {
  const { project, round, live } = props;
  const { progress } = live;
  const stages = prepareStages({
    state: live.state,
    progress,
    trainSeconds: round.metrics?.trainSeconds ?? null,
    scoreSeconds: round.metrics?.scoreSeconds ?? null,
    queueSize: project.policies.queueSize,
  });
  return (
    <Panel
      className="round-panel"
      aria-label={`Round ${round.number}`}
      title={
        <span className="row">
          Round {round.number}{' '}
          {live.state === 'queued' ? <Chip>waiting</Chip> : <Chip tone="running">running</Chip>}
        </span>
      }
      meta={
        <span className="num">
          {round.startedAt === null ? (
            'waiting for a worker'
          ) : (
            <>
              started <RelativeTime at={round.startedAt} />
            </>
          )}
        </span>
      }
    >
      <ol className="steps">
        {stages.map((stage) => (
          <StageRow key={stage.key} stage={stage}>
            {stage.key === 'train' && stage.state === 'running' && progress !== null ? (
              <ProgressBar label={strings.steps.train} fraction={progress.fraction} />
            ) : null}
            {stage.key === 'score' && stage.state === 'running' && progress !== null ? (
              <>
                <ShardGrid shards={progress.shards} />
                <p className="xs t3 num mt-1">{workersWords(progress)}</p>
              </>
            ) : null}
          </StageRow>
        ))}
      </ol>
      <div className="round-left">
        <span className="num">
          <b>{timeLeft(live)}</b>{' '}
          {progress?.itemsPerSecond != null && (
            <span className="t3 wide-only">
              · {formatCount(progress.itemsPerSecond)} items per second
            </span>
          )}
        </span>
        <CancelRound project={project} round={round} />
      </div>
      <hr />
      <NextRound project={project} next={round.number + 1} />
    </Panel>
  );
}

/** Between two rounds: what the last one took, and when the next one comes. */
export function FinishedRoundPanel(props: {
  readonly project: Project;
  readonly round: Round;
  readonly next: number;
}) {
  const { project, round, next } = props;
  const stages = prepareStages({
    state: 'ready',
    progress: null,
    trainSeconds: round.metrics?.trainSeconds ?? null,
    scoreSeconds: round.metrics?.scoreSeconds ?? null,
    queueSize: project.policies.queueSize,
  });
  return (
    <Panel
      className="round-panel"
      aria-label={`Round ${round.number}`}
      title={
        <span className="row">
          Round {round.number} <Chip tone="ok">{strings.states.ready}</Chip>
        </span>
      }
      meta={round.readyAt === null ? null : <RelativeTime at={round.readyAt} />}
    >
      <ol className="steps">
        {stages.map((stage) => (
          <StageRow key={stage.key} stage={stage}>
            {null}
          </StageRow>
        ))}
      </ol>
      <p className="sm t2">No round is running. The queue is ordered by this one.</p>
      <hr />
      <NextRound project={project} next={next} />
    </Panel>
  );
}

function timeLeft(live: LiveRound): string {
  if (live.state === 'queued') {
    return 'Waiting for a worker';
  }
  return live.progress?.secondsLeft == null
    ? 'Time left is not known yet'
    : writeTimeLeft(live.progress.secondsLeft);
}

function StageRow(props: { readonly stage: Stage; readonly children: ReactNode }) {
  const { stage } = props;
  const detail = [props.children].flat().some((child) => child !== null);
  return (
    <>
      <li className={stage.state}>
        <span className="step-dot">
          {stage.state === 'done' ? <Icon name="check" /> : null}
          {stage.state === 'running' ? <span className="spin step-spin" /> : null}
        </span>
        <span className="step-name">
          {strings.steps[stage.key]}
          <span className="sr">, {stage.state}</span>
        </span>
        <span className="step-info num">{stage.info}</span>
      </li>
      {detail ? <li className="step-detail">{props.children}</li> : null}
    </>
  );
}

/** When the next round comes by itself, and the button that does not wait. */
export function NextRound(props: { readonly project: Project; readonly next: number }) {
  const { project, next } = props;
  const start = useStartRound(project.id);
  const canStart = useCan('round.manage');
  return (
    <div className="row spread">
      <p className="xs t2 num">{nextRoundWords(project, next)}</p>
      {canStart ? (
        <Button onClick={() => start.mutate()} working={start.isPending}>
          <Icon name="retrain" />
          {strings.retrain}
        </Button>
      ) : null}
    </div>
  );
}

export function nextRoundWords(project: Project, next: number): string {
  if (project.labelsUntilRound === null) {
    return `Round ${next} starts when you say so, or by the clock.`;
  }
  const left = project.labelsUntilRound;
  return left <= 0
    ? `Round ${next} starts in a moment.`
    : `Round ${next} starts after ${plural(left, 'more label')}, or when you say so.`;
}

function CancelRound({ project, round }: { readonly project: Project; readonly round: Round }) {
  const [asking, setAsking] = useState(false);
  const cancel = useCancelRound(project.id);
  if (!useCan('round.manage')) {
    return null;
  }
  const trained = round.metrics?.trainSeconds ?? null;
  const lost =
    trained === null
      ? 'What it trained so far will be lost.'
      : `Training took ${formatDuration(trained)} and will be lost.`;
  const queue =
    project.readyRound === null
      ? 'The queue stays as it is.'
      : `The queue stays as round ${project.readyRound} made it.`;
  return (
    <>
      <Button kind="quiet" size="tiny" onClick={() => setAsking(true)}>
        {strings.cancel.button}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={strings.cancel.title(round.number)}
        description={`${lost} No label is lost. ${queue} ${strings.cancel.meanwhile}`}
        keep={strings.cancel.keep}
        go={strings.cancel.go}
        working={cancel.isPending}
        onGo={() => cancel.mutate(round.number, { onSettled: () => setAsking(false) })}
      />
    </>
  );
}
