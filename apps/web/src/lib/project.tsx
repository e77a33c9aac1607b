'use client';

import type { Project } from '@dubio/contracts';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { call } from './api/client';
import { useProjectEvents } from './events/use-project-events';
import { queryKeys } from './query-keys';

const Context = createContext<Project | null>(null);

/** Everything below belongs to this project and follows its live events. */
export function ProjectProvider({ project, children }: { project: Project; children: ReactNode }) {
  useProjectEvents(project.id);
  return <Context.Provider value={project}>{children}</Context.Provider>;
}

/** The project of this page, as new as its last event. */
export function useProject(): Project {
  const initial = useContext(Context);
  if (initial === null) throw new Error('useProject needs a ProjectProvider above it.');
  const { data } = useQuery({
    queryKey: queryKeys.project(initial.id, 'detail'),
    queryFn: ({ signal }) =>
      call('GET /projects/:projectId', { params: { projectId: initial.id }, signal }),
    initialData: initial,
    staleTime: 15_000,
  });
  return data;
}
