'use client';

import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useEffect, useMemo, useState } from 'react';
import { RidgesChart } from '@/charts/ridges/ridges';
import { defaultRectangle, type Rectangle } from '@/charts/scatter/brush';
import { prepareScatter, type ScatterInput, scatterPlane } from '@/charts/scatter/prepare-scatter';
import { ScatterChart } from '@/charts/scatter/scatter';
import { ButtonLink } from '@/components/ui/button';
import { ClassName } from '@/components/ui/chip';
import { PageHead, Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { Segmented } from '@/components/ui/segmented';
import { ChartSkeleton, EmptyState, FailureState } from '@/components/ui/states';
import { ApiError, describeError } from '@/lib/api/client';
import { formatCount } from '@/lib/format';
import { useProject } from '@/lib/project';
import { doubtUnit } from '../rounds/prepare-rounds';
import { useRounds } from '../rounds/queries';
import { isFinishedState } from '../rounds/round-states';
import { RoundsTable } from '../rounds/rounds-table';
import { useSelectedItems, useUncertainty } from './queries';
import { readSelection, writeSelection } from './selection';
import { SelectionPanel } from './selection-panel';
import { strings } from './strings';
import type { Project, ResponseOfUncertainty } from './types';
import './uncertainty.css';

type View = 'scatter' | 'rounds';
const SHOWN_ITEMS = 30;

/** Where in the pool the model doubts, and which of the two doubts it is. */
export function UncertaintyScreen() {
  const project = useProject();
  const plane = useUncertainty(project.id);
  const params = useSearchParams();
  const view: View = params.get('view') === 'rounds' ? 'rounds' : 'scatter';
  const showView = (next: View) => writeAddress({ view: next === 'scatter' ? null : next });
  const data = plane.data;
  if (plane.isError && data === undefined) {
    return <NothingScored project={project} error={plane.error} />;
  }
  return (
    <>
      <PageHead
        title={strings.title}
        sub={
          data === undefined ? (
            'Reading the scores of the pool.'
          ) : (
            <ScoredBy project={project} data={data} />
          )
        }
        actions={
          <Segmented
            label={strings.views.label}
            value={view}
            onChange={showView}
            options={[
              { value: 'scatter', label: strings.views.scatter },
              { value: 'rounds', label: strings.views.rounds },
            ]}
          />
        }
      />
      {view === 'rounds' ? <ByRound project={project} /> : null}
      {view === 'scatter' && data === undefined ? (
        <Panel title={strings.panel}>
          <ChartSkeleton label="Loading the pool" />
        </Panel>
      ) : null}
      {view === 'scatter' && data !== undefined ? <Plane project={project} data={data} /> : null}
    </>
  );
}

/** Keeps what is looked at in the address, without a new page. */
function writeAddress(change: Record<string, string | null>): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(change)) {
    if (value === null) {
      url.searchParams.delete(name);
    } else {
      url.searchParams.set(name, value);
    }
  }
  window.history.replaceState(null, '', url);
}

function NothingScored({ project, error }: { readonly project: Project; readonly error: unknown }) {
  if (error instanceof ApiError && (error.status === 404 || error.code === 'model.not-ready')) {
    return (
      <>
        <PageHead title={strings.title} />
        <EmptyState
          title={strings.first.title}
          actions={
            <ButtonLink kind="primary" href={`/projects/${project.id}/overview`}>
              {strings.first.action}
            </ButtonLink>
          }
        >
          {strings.first.detail}
        </EmptyState>
      </>
    );
  }
  const { title, detail } = describeError(error);
  return <FailureState title={title} detail={detail} />;
}

function ScoredBy({
  project,
  data,
}: {
  readonly project: Project;
  readonly data: ResponseOfUncertainty;
}) {
  return (
    <span className="num">
      The pool, {formatCount(data.items)} items, scored by{' '}
      <Link href={`/projects/${project.id}/rounds/${data.roundNumber}`}>
        round {data.roundNumber}
      </Link>{' '}
      with {formatCount(data.samples)} posterior samples, <RelativeTime at={data.readyAt} />.
    </span>
  );
}

function Plane({
  project,
  data,
}: {
  readonly project: Project;
  readonly data: ResponseOfUncertainty;
}) {
  const params = useSearchParams();
  const unit = doubtUnit(project.labelSchema);
  const input = useMemo<ScatterInput>(
    () => ({
      ...data,
      unit,
      ceiling:
        data.kind === 'class' && data.classes.length > 1 ? Math.log(data.classes.length) : null,
    }),
    [data, unit],
  );
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [selection, setSelection] = useState<Rectangle | null>(() =>
    readSelection(params.get('box')),
  );
  const selected = useSelectedItems(project.id, selection, SHOWN_ITEMS);
  useKeepInAddress(selection);
  const plane = scatterPlane(input);
  return (
    <div className="un-grid-two">
      <Panel
        title={strings.panel}
        meta={
          data.classes.length > 0 ? (
            <span className="wide-only">colour: predicted class</span>
          ) : null
        }
      >
        <Legend
          data={data}
          hidden={hidden}
          onToggle={(index) => setHidden(toggled(hidden, index))}
        />
        <ScatterChart
          input={input}
          hidden={hidden}
          selection={selection}
          selected={selection === null ? null : (selected.data?.total ?? null)}
          onSelect={setSelection}
        />
        <ScatterKey input={input} />
      </Panel>
      <SelectionPanel
        project={project}
        selection={selection}
        selected={selection === null ? null : (selected.data ?? null)}
        error={selected.error}
        classes={data.classes}
        samples={data.samples}
        unit={unit}
        most={input.ceiling ?? Math.max(plane.xMax, plane.yMax)}
        onClear={() => setSelection(null)}
        onBegin={() => setSelection(defaultRectangle(plane))}
      />
    </div>
  );
}

function toggled(hidden: ReadonlySet<number>, index: number): ReadonlySet<number> {
  const next = new Set(hidden);
  if (!next.delete(index)) {
    next.add(index);
  }
  return next;
}

function useKeepInAddress(selection: Rectangle | null): void {
  useEffect(() => {
    const timer = setTimeout(
      () => writeAddress({ box: selection === null ? null : writeSelection(selection) }),
      300,
    );
    return () => clearTimeout(timer);
  }, [selection]);
}

function Legend(props: {
  readonly data: ResponseOfUncertainty;
  readonly hidden: ReadonlySet<number>;
  readonly onToggle: (index: number) => void;
}) {
  return (
    <ul className="un-legend" aria-label={strings.legend}>
      {props.data.classes.map((name, index) => (
        <li key={name}>
          <button
            type="button"
            className="num"
            aria-pressed={!props.hidden.has(index)}
            onClick={() => props.onToggle(index)}
          >
            <ClassName index={index} name={name} />
          </button>
        </li>
      ))}
    </ul>
  );
}

const LEVELS = [1, 2, 3, 4, 5, 6] as const;

function ScatterKey({ input }: { readonly input: ScatterInput }) {
  const { legend } = useMemo(
    () => prepareScatter(input, { width: 610, hidden: new Set(), selection: null, selected: null }),
    [input],
  );
  return (
    <div className="un-key xs t3">
      <span className="row">
        <svg width="10" height="10" aria-hidden="true">
          <circle className="un-key-dot" cx="5" cy="5" r="2.6" />
        </svg>
        {strings.oneItem}
      </span>
      {legend === null ? null : (
        <span className="row num">
          {legend.low}
          <svg
            className="chart un-scale"
            width="108"
            height="9"
            viewBox="0 0 108 9"
            aria-hidden="true"
          >
            {LEVELS.map((level) => (
              <rect
                key={level}
                className={`seq-${level}`}
                x={(level - 1) * 18}
                width="18"
                height="9"
              />
            ))}
          </svg>
          {legend.high}
        </span>
      )}
    </div>
  );
}

/** The same doubt over time: a histogram and a row for each round. */
function ByRound({ project }: { readonly project: Project }) {
  const rounds = useRounds(project.id);
  const unit = doubtUnit(project.labelSchema);
  const all = rounds.data?.items ?? null;
  const scored = (all ?? []).filter(
    (round) => isFinishedState(round.state) && round.metrics?.epistemicHistogram != null,
  );
  if (all === null) {
    return (
      <Panel title={strings.byRound}>
        <ChartSkeleton label="Loading the doubt by round" />
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
