'use client';

import type { Project, Round } from '@dubio/contracts';
import Link from 'next/link';
import { RidgesChart } from '@/charts/ridges/ridges';
import { ruleName } from '@/charts/simulation-curves/rule-names';
import { ScreenFailure } from '@/components/shell/screen-failure';
import { ButtonLink } from '@/components/ui/button';
import { PageHead, Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowsSkeleton } from '@/components/ui/states';
import {
  formatCount,
  formatDuration,
  formatMetric,
  formatNumber,
  formatPercent,
} from '@/lib/format';
import { useProject } from '@/lib/project';
import { FailedRound } from './failed-round';
import { activeTestWords } from './prepare-active-test';
import {
  adaptiveSamplingWords,
  heldOutWords,
  intervalWords,
  lureWords,
  scoredWithWords,
  tookSeconds,
  uncertaintyUnit,
} from './prepare-rounds';
import { useLiveRound, useRound } from './queries';
import { RunningRoundPanel } from './round-panel';
import { isRunningState } from './round-states';
import { StateChip } from './rounds-table';
import { strings } from './strings';

/** One round: why it started, what it cost, what it found. */
export function RoundScreen({ number }: { readonly number: number }) {
  const project = useProject();
  const round = useRound(project.id, number);
  const live = useLiveRound(project.id, round.data);
  if (round.isError && round.data === undefined) {
    return (
      <ScreenFailure
        error={round.error}
        actions={<ButtonLink href={`/projects/${project.id}/rounds`}>{strings.all}</ButtonLink>}
      />
    );
  }
  if (round.data === undefined || live === null) {
    return (
      <Panel>
        <RowsSkeleton label="Loading the round" />
      </Panel>
    );
  }
  return (
    <>
      <Head project={project} round={round.data} />
      {isRunningState(round.data.state) ? (
        <div className="round-one">
          <RunningRoundPanel project={project} round={round.data} live={live} />
        </div>
      ) : null}
      {round.data.state === 'failed' ? <FailedRound project={project} round={round.data} /> : null}
      <Facts project={project} round={round.data} />
    </>
  );
}

type RoundProps = { readonly project: Project; readonly round: Round };

function Head({ project, round }: RoundProps) {
  const by = round.triggeredBy ?? strings.triggers[round.trigger];
  return (
    <PageHead
      title={
        <span className="row wrap">
          Round {round.number} <StateChip round={round} />
        </span>
      }
      sub={
        <>
          <Link href={`/projects/${project.id}/rounds`}>{strings.all}</Link> · started by {by},{' '}
          <RelativeTime at={round.createdAt} /> · seed <span className="mono">{round.seed}</span>
        </>
      }
      actions={
        round.modelId === null ? undefined : (
          <ButtonLink href={`/projects/${project.id}/models/${round.modelId}`}>
            {strings.openModel}
          </ButtonLink>
        )
      }
    />
  );
}

function Facts({ project, round }: RoundProps) {
  const { metrics } = round;
  if (metrics === null) {
    return null;
  }
  const unit = uncertaintyUnit(project.labelSchema);
  const took = tookSeconds(round);
  const interval = intervalWords(metrics);
  const lure = lureWords(metrics.lure, metrics.metricName);
  const activeTest = activeTestWords(metrics.activeTest, metrics.metricName);
  const scoredWith = scoredWithWords(metrics.scoredBy);
  const adaptiveSampling = adaptiveSamplingWords(metrics.adaptiveSampling);
  const rows: (readonly [string, string])[] = [
    ['Labels', formatCount(metrics.labels)],
    [
      project.metricName === 'accuracy' ? 'Accuracy' : 'RMSE',
      `${formatMetric(metrics.metricName, metrics.metric)}${interval === null ? '' : `, ${interval}`}, ${heldOutWords(metrics)}`,
    ],
    ...(metrics.control === null
      ? []
      : [
          [
            'On items drawn at random',
            `${formatPercent(metrics.control.value)}, ${formatNumber(metrics.control.low * 100, 1)} to ${formatPercent(metrics.control.high)}, 95 % interval, ${formatCount(metrics.control.count)} items`,
          ] as const,
        ]),
    ...(lure === null ? [] : [[strings.lure, lure] as const]),
    ...(activeTest === null
      ? []
      : [[strings.activeTest(metrics.activeTest?.rows ?? 0), activeTest] as const]),
    ['Epistemic, pool mean', `${formatNumber(metrics.epistemicMean)} ${unit}`],
    ['Aleatoric, pool mean', `${formatNumber(metrics.aleatoricMean)} ${unit}`],
    ...(metrics.ece === null
      ? []
      : [['ECE, after temperature', formatNumber(metrics.ece, 3)] as const]),
    ...(metrics.nll === null ? [] : [['NLL', `${formatNumber(metrics.nll, 3)} nats`] as const]),
    ...(metrics.brier === null ? [] : [['Brier', formatNumber(metrics.brier, 3)] as const]),
    [
      'Queue ordered by',
      `${ruleName(round.rule)}, ${formatCount(round.samples)} posterior samples`,
    ],
    ...(scoredWith === null ? [] : [['Scored with', scoredWith] as const]),
    ...(adaptiveSampling === null ? [] : [[strings.adaptiveSampling, adaptiveSampling] as const]),
    ['Training', formatDuration(metrics.trainSeconds)],
    ['Scoring', formatDuration(metrics.scoreSeconds)],
    ['Selecting', formatDuration(metrics.selectSeconds)],
    ...(took === null ? [] : [['In all', formatDuration(took)] as const]),
  ];
  return (
    <div className="round-facts-grid">
      <Panel title="What it found and what it cost">
        <dl className="round-facts sm num">
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Panel>
      {metrics.epistemicHistogram === null ? null : (
        <Panel title="Uncertainty left in the pool" meta={unit}>
          <RidgesChart
            unit={unit}
            rowHeight={110}
            rounds={[
              {
                round: round.number,
                mean: metrics.epistemicMean,
                histogram: metrics.epistemicHistogram,
              },
            ]}
          />
        </Panel>
      )}
    </div>
  );
}
