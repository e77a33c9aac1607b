'use client';

import type { Project } from '@dubio/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '@/components/ui/toaster';
import { type BodyOf, call } from '@/lib/api/client';
import { queryKeys } from '@/lib/query-keys';
import { strings } from './strings';

/** Saves a part of the settings; somebody else's change meanwhile is not overwritten. */
export function useSaveProject(project: Project) {
  const queryClient = useQueryClient();
  const { show, showError } = useToast();
  const key = queryKeys.project(project.id, 'detail');
  return useMutation({
    mutationFn: (body: BodyOf<'PATCH /projects/:projectId'>) =>
      call('PATCH /projects/:projectId', {
        params: { projectId: project.id },
        body,
        ifMatch: project.version,
      }),
    onSuccess: (saved) => {
      queryClient.setQueryData(key, saved);
      show({ icon: 'check', text: strings.saved });
    },
    onError: (error) => {
      showError(error);
      void queryClient.invalidateQueries({ queryKey: key });
    },
  });
}
