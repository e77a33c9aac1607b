'use client';

import type { AuditEvent } from '@dubio/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ScreenFailure } from '@/components/shell/screen-failure';
import { Button } from '@/components/ui/button';
import { PageHead, Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { Segmented } from '@/components/ui/segmented';
import { EmptyState, RowsSkeleton } from '@/components/ui/states';
import { Table, Td, Th } from '@/components/ui/table';
import { call } from '@/lib/api/client';
import { useProject } from '@/lib/project';

const strings = {
  title: 'Audit',
  sub: 'Privileged acts, newest first. Nobody can change this list.',
  of: { label: 'Acts on', project: 'This project', workspace: 'The workspace' },
  none: {
    title: 'Nothing was done yet',
    detail:
      'Changes of settings and rounds are noted here; people and sign-ins under the workspace.',
  },
  more: 'Show more',
} as const;

/** Who did what, when. */
export function AuditScreen() {
  const project = useProject();
  const { workspaceId } = project;
  const [of, setOf] = useState<'project' | 'workspace'>('project');
  const projectId = of === 'project' ? project.id : null;
  const audit = useInfiniteQuery({
    queryKey: ['audit', workspaceId, projectId],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      call('GET /workspaces/:workspaceId/audit', {
        params: { workspaceId },
        query: {
          limit: 50,
          ...(projectId === null ? {} : { projectId }),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
  });
  if (audit.isError && audit.data === undefined) {
    return <ScreenFailure error={audit.error} />;
  }
  const events = audit.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHead
        title={strings.title}
        sub={strings.sub}
        actions={
          <Segmented
            label={strings.of.label}
            value={of}
            options={[
              { value: 'project', label: strings.of.project },
              { value: 'workspace', label: strings.of.workspace },
            ]}
            onChange={setOf}
          />
        }
      />
      {events?.length === 0 ? (
        <EmptyState title={strings.none.title}>{strings.none.detail}</EmptyState>
      ) : (
        <Panel>
          {events === undefined ? (
            <RowsSkeleton label="Loading the audit" rows={8} />
          ) : (
            <Events events={events} />
          )}
          {audit.hasNextPage ? (
            <div className="mt-3">
              <Button working={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
                {strings.more}
              </Button>
            </div>
          ) : null}
        </Panel>
      )}
    </>
  );
}

function Events({ events }: { readonly events: readonly AuditEvent[] }) {
  return (
    <Table label={strings.title} className="num">
      <thead>
        <tr>
          <Th>When</Th>
          <Th>Who</Th>
          <Th>What</Th>
          <Th>On</Th>
          <Th>Details</Th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={event.id}>
            <Td className="t2">
              <RelativeTime at={event.at} />
            </Td>
            <Td>{event.actor}</Td>
            <Td className="mono">{event.action}</Td>
            <Td className="mono t3">{event.subject}</Td>
            <Td className="t2">{detailWords(event)}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** A value of an audited act; a list without the marks of JSON. */
function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function detailWords(event: AuditEvent): string {
  return Object.entries(event.details)
    .map(([name, value]) => `${name}: ${inWords(value)}`)
    .join(', ');
}
