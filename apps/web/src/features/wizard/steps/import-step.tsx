'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { Button, ButtonLink } from '@/components/ui/button';
import { ProgressBar } from '@/components/ui/progress-bar';
import { FailureState } from '@/components/ui/states';
import { Table, Td, Th } from '@/components/ui/table';
import { call, describeError, type ResponseOf } from '@/lib/api/client';
import { formatCount, formatPercent } from '@/lib/format';
import { strings } from '../strings';
import styles from '../wizard.module.css';
import type { ImportState } from './use-import';

const words = strings.import;
const SHOWN_PROBLEMS = 20;
type Import = ResponseOf<'GET /projects/:projectId/imports/:importId'>;

/**
 * The upload and the reading of the file; ends on the first item, or on what could not be taken.
 */
export function ImportStep({
  state,
  fileName,
  onAgain,
  onBack,
}: {
  state: Exclude<ImportState, { kind: 'idle' }>;
  fileName: string;
  onAgain: () => void;
  onBack: () => void;
}) {
  const router = useRouter();
  const clean = state.kind === 'done' && state.progress.rowsBad === 0;
  const labelUrl = state.kind === 'done' ? `/projects/${state.projectId}/label` : null;
  useEffect(() => {
    if (clean && labelUrl !== null) router.push(labelUrl);
  }, [clean, labelUrl, router]);

  if (state.kind === 'failed') {
    const { title, detail } = describeError(state.error);
    return (
      <div className={styles.import}>
        <FailureState
          title={words.failed}
          detail={
            <>
              {title} {detail} {state.projectId !== null && words.kept}
            </>
          }
          actions={
            <>
              <Button kind="primary" onClick={onAgain}>
                {words.again}
              </Button>
              {state.projectId === null ? (
                <Button onClick={onBack}>{strings.back}</Button>
              ) : (
                <ButtonLink href={`/projects/${state.projectId}`}>{words.overview}</ButtonLink>
              )}
            </>
          }
        />
      </div>
    );
  }
  if (state.kind === 'done') return <Done state={state} labelUrl={labelUrl ?? ''} />;
  return (
    <div className={styles.import} role="status">
      <Progress state={state} fileName={fileName} />
    </div>
  );
}

function Progress({
  state,
  fileName,
}: {
  state: Extract<ImportState, { kind: 'making' | 'uploading' | 'reading' }>;
  fileName: string;
}) {
  const fraction =
    state.kind === 'uploading'
      ? state.fraction
      : state.kind === 'reading'
        ? readFraction(state.progress)
        : 0;
  const label =
    state.kind !== 'reading'
      ? words.uploading(fileName)
      : state.progress.state === 'queued'
        ? words.queued
        : words.reading(fileName);
  return (
    <div>
      <div className="row spread sm num">
        <span>{label}</span>
        <span className="t2">
          {state.kind === 'reading'
            ? formatCount(state.progress.rowsRead)
            : formatPercent(fraction, 0)}
        </span>
      </div>
      <ProgressBar label={label} fraction={fraction} className="mt-1" />
    </div>
  );
}

function readFraction(progress: Import): number {
  return progress.bytesTotal === null || progress.bytesTotal === 0
    ? 0
    : progress.bytesDone / progress.bytesTotal;
}

function Done({
  state,
  labelUrl,
}: {
  state: Extract<ImportState, { kind: 'done' }>;
  labelUrl: string;
}) {
  const { progress, projectId } = state;
  return (
    <div className={styles.import}>
      <p className="sm" role="status">
        {words.done(progress.rowsAdded)}{' '}
        {progress.rowsDuplicate > 0 && words.duplicates(progress.rowsDuplicate)}
      </p>
      {progress.rowsBad > 0 && <Problems projectId={projectId} progress={progress} />}
      <div className="row">
        <ButtonLink href={labelUrl} kind="primary">
          {words.label}
        </ButtonLink>
        <ButtonLink href={`/projects/${projectId}`}>{words.overview}</ButtonLink>
      </div>
    </div>
  );
}

function Problems({ projectId, progress }: { projectId: string; progress: Import }) {
  const { data } = useQuery({
    queryKey: ['project', projectId, 'imports', progress.id, 'problems'],
    queryFn: ({ signal }) =>
      call('GET /projects/:projectId/imports/:importId/problems', {
        params: { projectId, importId: progress.id },
        query: { limit: SHOWN_PROBLEMS },
        signal,
      }),
  });
  return (
    <div>
      <p className="sm t2 mb-2">{words.bad(progress.rowsBad)}</p>
      <Table label={words.problems}>
        <thead>
          <tr>
            <Th right>{words.line}</Th>
            <Th>{words.field}</Th>
            <Th>{words.reason}</Th>
            <Th>{words.sample}</Th>
          </tr>
        </thead>
        <tbody>
          {data?.items.map((problem) => (
            <tr key={`${problem.line}-${problem.field}`}>
              <Td right>{formatCount(problem.line)}</Td>
              <td className="mono">{problem.field}</td>
              <td>{problem.reason}</td>
              <td className="t3 mono max-w-[240px] truncate">{problem.sample}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {progress.rowsBad > SHOWN_PROBLEMS && (
        <p className="xs t3 mt-1">{words.more(progress.rowsBad - SHOWN_PROBLEMS)}</p>
      )}
    </div>
  );
}
