'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '@/components/ui/toaster';
import { call } from '@/lib/api/client';
import { queryKeys } from '@/lib/query-keys';
import { newUuid } from '@/lib/uuid';
import { strings } from './strings';

/** Starts a round; while one runs the wish is kept once, and the person is told so. */
export function useStartRound(projectId: string) {
  const queryClient = useQueryClient();
  const { show, showError } = useToast();
  return useMutation({
    mutationFn: () =>
      call('POST /projects/:projectId/rounds', {
        params: { projectId },
        idempotencyKey: newUuid(),
      }),
    onSuccess: (answer) => {
      if (answer.remembered) {
        show({ icon: 'retrain', text: strings.remembered });
      }
      return queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId, 'rounds') });
    },
    onError: showError,
  });
}

export function useCancelRound(projectId: string) {
  const queryClient = useQueryClient();
  const { showError } = useToast();
  return useMutation({
    mutationFn: (number: number) =>
      call('POST /projects/:projectId/rounds/:number/cancel', { params: { projectId, number } }),
    onSuccess: () =>
      queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId, 'rounds') }),
    onError: showError,
  });
}
