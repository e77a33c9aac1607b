'use client';

import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useEffect, useMemo, useState } from 'react';
import { defaultRectangle, type Rectangle } from '@/charts/scatter/brush';
import { type ScatterInput, scatterPlane } from '@/charts/scatter/prepare-scatter';
import { ScatterChart } from '@/charts/scatter/scatter';
import { ScreenFailure } from '@/components/shell/screen-failure';
import { ButtonLink } from '@/components/ui/button';
import { PageHead, Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { Segmented } from '@/components/ui/segmented';
import { ChartSkeleton, EmptyState } from '@/components/ui/states';
import { ApiError } from '@/lib/api/client';
import { formatCount } from '@/lib/format';
import { useProject } from '@/lib/project';
import { uncertaintyUnit } from '../rounds/prepare-rounds';
import { ByRound } from './by-round';
import { Legend, ScatterKey } from './legend';
import { useSelectedItems, useUncertainty } from './queries';
import { readSelection, writeSelection } from './selection';
import { SelectionPanel } from './selection-panel';
import { strings } from './strings';
import type { Project, ResponseOfUncertainty } from './types';
import './uncertainty.css';

type View = 'scatter' | 'rounds';
const SHOWN_ITEMS = 30;

/** Where in the pool the model is uncertain, and which kind of uncertainty it is. */
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
  return <ScreenFailure error={error} />;
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
  const unit = uncertaintyUnit(project.labelSchema);
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
