'use client';

import type { ProjectEvent } from '@dubio/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { queryKeys } from '../query-keys';
import { listenToProject } from './event-source';
import { type ProjectPart, staleParts } from './invalidations';

/** Events that arrive together lead to one fetch of what they touched. */
const GATHER_MS = 250;

/** Follows a project: its events make what is shown stale, so that it is fetched again. */
export function useProjectEvents(projectId: string): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const gathered = new Set<ProjectPart>();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const flush = () => {
      timer = null;
      for (const part of gathered) {
        void queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId, part) });
      }
      gathered.clear();
    };
    const stop = listenToProject(projectId, {
      onEvent: (event) => {
        for (const part of staleParts(event)) gathered.add(part);
        if (gathered.size > 0) timer ??= setTimeout(flush, GATHER_MS);
      },
      onGap: () => {
        void queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId) });
      },
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [projectId, queryClient]);
}

/** Hears one kind of event of a project, for what is shown straight from it. */
export function useProjectEvent<Type extends ProjectEvent['type']>(
  projectId: string,
  type: Type,
  handle: (event: Extract<ProjectEvent, { type: Type }>) => void,
): void {
  const latest = useRef(handle);
  latest.current = handle;
  useEffect(
    () =>
      listenToProject(projectId, {
        onEvent: (event) => {
          if (event.type === type) latest.current(event as Extract<ProjectEvent, { type: Type }>);
        },
        onGap: () => undefined,
      }),
    [projectId, type],
  );
}
