'use client';

import type { Project } from '@dubio/contracts';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button, buttonStyle } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { PageHead, Panel } from '@/components/ui/panel';
import { Select } from '@/components/ui/select';
import { EmptyState, FailureState, RowsSkeleton } from '@/components/ui/states';
import { apiUrl, describeError } from '@/lib/api/client';
import { formatCount } from '@/lib/format';
import { useProject } from '@/lib/project';
import { useCan } from '@/lib/session';
import { type ItemFilter, readFilter, writeFilter } from './item-filter';
import './items.css';
import { ItemsTable } from './items-table';
import { useItems } from './queries';
import { strings } from './strings';

/** All items of a project, however many, with what is known of each. */
export function ItemsScreen() {
  const project = useProject();
  const filter = readFilter(useSearchParams());
  const router = useRouter();
  const setFilter = (next: ItemFilter) =>
    router.replace(`/projects/${project.id}/items${writeFilter(next)}`, { scroll: false });
  return (
    <>
      <PageHead
        title={strings.title}
        sub={<Counts project={project} />}
        actions={<Exports project={project} />}
      />
      <Panel className="it-panel">
        <Filters filter={filter} onChange={setFilter} />
        <Rows
          project={project}
          filter={filter}
          onClear={() => setFilter({ split: null, state: null, externalId: '' })}
        />
      </Panel>
    </>
  );
}

function Counts({ project }: { readonly project: Project }) {
  const { counts } = project;
  const parts = [
    [counts.pool, 'without a label'],
    [counts.skipped, 'of them skipped'],
    [counts.labelled, 'labelled'],
    [counts.validation, 'for validation'],
    [counts.test, 'for testing'],
    [counts.withdrawn, 'withdrawn'],
  ] as const;
  return (
    <span className="num">
      {parts
        .filter(([count]) => count > 0)
        .map(([count, name]) => `${formatCount(count)} ${name}`)
        .join(' · ')}
    </span>
  );
}

function Exports({ project }: { readonly project: Project }) {
  if (!useCan('label.export')) {
    return null;
  }
  const params = { projectId: project.id };
  return (
    <>
      <a
        className={buttonStyle()}
        href={apiUrl('GET /projects/:projectId/labels.csv', params)}
        download
      >
        <Icon name="download" />
        {strings.exportCsv}
      </a>
      <a
        className={buttonStyle()}
        href={apiUrl('GET /projects/:projectId/labels.jsonl', params)}
        download
      >
        <Icon name="download" />
        {strings.exportJsonl}
      </a>
    </>
  );
}

const TYPED_MS = 250;

function Filters(props: {
  readonly filter: ItemFilter;
  readonly onChange: (filter: ItemFilter) => void;
}) {
  const { filter, onChange } = props;
  const [typed, setTyped] = useState(filter.externalId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed decides, nothing else
  useEffect(() => {
    if (typed.trim() === filter.externalId) {
      return;
    }
    const timer = setTimeout(() => onChange({ ...filter, externalId: typed.trim() }), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="it-filters">
      <Field label={strings.find}>
        {(control) => (
          <Input
            {...control}
            type="search"
            placeholder={strings.findHint}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <Field label={strings.split}>
        {(control) => (
          <Select
            {...control}
            value={filter.split ?? 'all'}
            onChange={(split) => onChange({ ...filter, split: split === 'all' ? null : split })}
            options={[
              { value: 'all', label: strings.all },
              { value: 'pool', label: strings.splits.pool },
              { value: 'validation', label: strings.splits.validation },
              { value: 'test', label: strings.splits.test },
            ]}
          />
        )}
      </Field>
      <Field label={strings.state}>
        {(control) => (
          <Select
            {...control}
            value={filter.state ?? 'all'}
            onChange={(state) => onChange({ ...filter, state: state === 'all' ? null : state })}
            options={[
              { value: 'all', label: strings.all },
              { value: 'pool', label: strings.states.pool },
              { value: 'skipped', label: strings.skipped },
              { value: 'labelled', label: strings.states.labelled },
              { value: 'withdrawn', label: strings.states.withdrawn },
            ]}
          />
        )}
      </Field>
    </div>
  );
}

function Rows(props: {
  readonly project: Project;
  readonly filter: ItemFilter;
  readonly onClear: () => void;
}) {
  const { project, filter } = props;
  const items = useItems(project.id, filter);
  if (items.isError && items.data === undefined) {
    const { title, detail } = describeError(items.error);
    return <FailureState title={title} detail={detail} />;
  }
  if (items.data === undefined) {
    return <RowsSkeleton label="Loading the items" rows={10} />;
  }
  const rows = items.data.pages.flatMap((page) => page.items);
  if (rows.length > 0) {
    return (
      <ItemsTable
        project={project}
        items={rows}
        more={items.hasNextPage}
        onMore={() => {
          if (!items.isFetchingNextPage) {
            void items.fetchNextPage();
          }
        }}
      />
    );
  }
  return writeFilter(filter) === '' ? (
    <EmptyState title={strings.empty.title}>{strings.empty.detail}</EmptyState>
  ) : (
    <EmptyState
      title={strings.nothing.title}
      actions={<Button onClick={props.onClear}>{strings.nothing.action}</Button>}
    >
      {strings.nothing.detail}
    </EmptyState>
  );
}
