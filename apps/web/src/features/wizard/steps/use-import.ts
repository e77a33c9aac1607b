'use client';

import { useCallback, useRef, useState } from 'react';
import { ApiError, call, type ResponseOf } from '@/lib/api/client';
import { newUuid } from '@/lib/uuid';
import { uploadImport } from '../source/upload';
import { importBody, projectBody } from '../suggest';
import type { AnswersDraft, Roles, Source } from '../wizard-types';

type Import = ResponseOf<'GET /projects/:projectId/imports/:importId'>;
export type ImportState =
  | { kind: 'idle' }
  | { kind: 'making' }
  | { kind: 'uploading'; fraction: number }
  | { kind: 'reading'; progress: Import }
  | { kind: 'done'; progress: Import; projectId: string }
  | { kind: 'failed'; error: unknown; projectId: string | null };

const POLL_MS = 700;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Follows an import until it ends; a break in the connection does not end it. */
async function follow(
  params: { projectId: string; importId: string },
  onProgress: (progress: Import) => void,
): Promise<Import> {
  for (;;) {
    try {
      const progress = await call('GET /projects/:projectId/imports/:importId', { params });
      if (
        progress.state !== 'queued' &&
        progress.state !== 'running' &&
        progress.state !== 'uploading'
      ) {
        return progress;
      }
      onProgress(progress);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.passing) throw error;
    }
    await wait(POLL_MS);
  }
}

/** Makes the project once, then imports; going again after a failure makes no second project. */
export function useImport(workspaceId: string) {
  const [state, setState] = useState<ImportState>({ kind: 'idle' });
  const made = useRef<string | null>(null);
  const key = useRef(newUuid());

  const run = useCallback(
    async (source: Source, roles: Roles, draft: AnswersDraft) => {
      try {
        setState({ kind: 'making' });
        made.current ??= (
          await call('POST /workspaces/:workspaceId/projects', {
            params: { workspaceId },
            body: projectBody(source, roles, draft),
            idempotencyKey: key.current,
          })
        ).id;
        const projectId = made.current;
        const { id } = await call('POST /projects/:projectId/imports', {
          params: { projectId },
          body: importBody(source, roles, draft),
          idempotencyKey: newUuid(),
        });
        const params = { projectId, importId: id as string };
        setState({ kind: 'uploading', fraction: 0 });
        await uploadImport(
          params,
          source.file,
          (fraction) => setState({ kind: 'uploading', fraction }),
          new AbortController().signal,
        );
        const progress = await follow(params, (now) =>
          setState({ kind: 'reading', progress: now }),
        );
        if (progress.state === 'done') setState({ kind: 'done', progress, projectId });
        else throw new ApiError('import.unreadable', progress.error ?? progress.state);
      } catch (error) {
        setState({ kind: 'failed', error, projectId: made.current });
      }
    },
    [workspaceId],
  );
  const leave = useCallback(() => {
    // What was asked for may change now, so it is another request.
    key.current = newUuid();
    setState({ kind: 'idle' });
  }, []);
  return { state, run, leave };
}
