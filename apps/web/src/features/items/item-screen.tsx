'use client';

import { type Annotation, type Item, type Project, SkipReason } from '@dubio/contracts';
import Link from 'next/link';
import { useState } from 'react';
import { ScreenFailure } from '@/components/shell/screen-failure';
import { Button, ButtonLink } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { PageHead, Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowsSkeleton } from '@/components/ui/states';
import { Table, Td, Th } from '@/components/ui/table';
import { describeError } from '@/lib/api/client';
import { formatDuration } from '@/lib/format';
import { useProject } from '@/lib/project';
import { useCan } from '@/lib/session';
import { SKIP_REASONS } from '../labelling/strings';
import { CorrectLabel } from './correct-label';
import { ItemThumb } from './item-thumb';
import './items.css';
import { ItemLabel } from './items-table';
import { LabelVersions } from './label-versions';
import { useItem, useItemAnnotations, useWithdrawItem } from './queries';
import { strings } from './strings';

/** One item: what it shows, its label, and who said what. */
export function ItemScreen({ itemId }: { readonly itemId: string }) {
  const project = useProject();
  const item = useItem(project.id, itemId);
  if (item.isError && item.data === undefined) {
    return (
      <ScreenFailure
        error={item.error}
        actions={<ButtonLink href={`/projects/${project.id}/items`}>{strings.allItems}</ButtonLink>}
      />
    );
  }
  if (item.data === undefined) {
    return (
      <Panel>
        <RowsSkeleton label="Loading the item" />
      </Panel>
    );
  }
  return <Loaded project={project} item={item.data} />;
}

type ItemProps = { readonly project: Project; readonly item: Item };

function Loaded({ project, item }: ItemProps) {
  const shown = Object.entries(item.payload);
  return (
    <>
      <PageHead
        title={<span className="mono">{item.externalId}</span>}
        sub={
          <>
            <Link href={`/projects/${project.id}/items`}>{strings.title}</Link> ·{' '}
            {strings.splits[item.split]} · {strings.states[item.state]} · added{' '}
            <RelativeTime at={item.createdAt} />
          </>
        }
        actions={
          <>
            <CorrectLabel project={project} item={item} />
            <Withdraw project={project} item={item} />
          </>
        }
      />
      <div className="it-grid">
        <Panel title="What it shows" className="it-shown">
          {item.imageUrl === null ? null : (
            <div className="it-picture">
              <ItemThumb item={item} />
            </div>
          )}
          {shown.length === 0 ? null : (
            <dl className="it-facts sm num">
              {shown.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value === null ? <span className="t3">no value</span> : value}</dd>
                </div>
              ))}
            </dl>
          )}
          <p className="sm mt-3 row">
            <span className="t3">Label</span> <ItemLabel project={project} item={item} />
          </p>
        </Panel>
        <div className="it-said">
          <LabelVersions project={project} item={item} />
          <Annotations project={project} item={item} />
        </div>
      </div>
    </>
  );
}

function Annotations({ project, item }: ItemProps) {
  const annotations = useItemAnnotations(project.id, item.id);
  const list = annotations.data?.items;
  return (
    <Panel title={strings.annotations}>
      {annotations.isError ? (
        <p className="sm t2">{describeError(annotations.error).title}</p>
      ) : null}
      {annotations.isPending ? <RowsSkeleton label="Loading the annotations" /> : null}
      {list?.length === 0 ? (
        <p className="sm t2">
          {item.label === null ? strings.noAnnotations : strings.importedLabel}
        </p>
      ) : null}
      {list !== undefined && list.length > 0 ? (
        <Table label={`${strings.annotations}, table`} className="num">
          <thead>
            <tr>
              <Th>Who</Th>
              <Th>What</Th>
              <Th>Why it was asked</Th>
              <Th right>Took</Th>
              <Th right>When</Th>
            </tr>
          </thead>
          <tbody>
            {list.map((annotation) => (
              <tr key={annotation.id}>
                <Td>{annotation.userName}</Td>
                <Td>
                  <Said project={project} item={item} annotation={annotation} />
                </Td>
                <Td className="t2">{strings.origins[annotation.origin]}</Td>
                <Td right className="t2">
                  {formatDuration(annotation.durationMs / 1000)}
                </Td>
                <Td right className="t3">
                  <RelativeTime at={annotation.createdAt} />
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      ) : null}
    </Panel>
  );
}

function Said({ project, item, annotation }: ItemProps & { readonly annotation: Annotation }) {
  if (annotation.kind === 'answer' && annotation.answer !== null) {
    return <ItemLabel project={project} item={{ ...item, label: annotation.answer }} />;
  }
  const { reason, note } = annotation;
  const known = SkipReason.safeParse(reason);
  const why = known.success ? SKIP_REASONS[known.data] : (reason ?? note);
  return (
    <span className="t2">
      {strings.kinds[annotation.kind]}
      {why === null ? '' : `: ${why}`}
    </span>
  );
}

function Withdraw({ project, item }: ItemProps) {
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const withdraw = useWithdrawItem(project.id, item.id);
  if (!useCan('item.update') || item.state === 'withdrawn') {
    return null;
  }
  const missing = reason.trim() === '';
  const go = () => {
    setTried(true);
    if (!missing) {
      withdraw.mutate(reason.trim(), { onSettled: () => setAsking(false) });
    }
  };
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {strings.withdraw.button}
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={strings.withdraw.title}
        description={strings.withdraw.detail}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{strings.withdraw.keep}</Button>
            <Button kind="danger-fill" working={withdraw.isPending} onClick={go}>
              {strings.withdraw.go}
            </Button>
          </>
        }
      >
        <Field
          label={strings.withdraw.reason}
          error={tried && missing ? strings.withdraw.missing : null}
        >
          {(control) => (
            <Input
              {...control}
              maxLength={300}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </Dialog>
    </>
  );
}
