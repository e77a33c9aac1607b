'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useToast } from '@/components/ui/toaster';
import { ApiError, call } from '@/lib/api/client';
import { queryKeys } from '@/lib/query-keys';

export function useModels(projectId: string) {
  return useQuery({
    queryKey: queryKeys.project(projectId, 'models', 'list'),
    queryFn: ({ signal }) =>
      call('GET /projects/:projectId/models', {
        params: { projectId },
        query: { limit: 100 },
        signal,
      }),
  });
}

export function useModel(projectId: string, modelId: string) {
  return useQuery({
    queryKey: queryKeys.project(projectId, 'models', 'one', modelId),
    queryFn: ({ signal }) =>
      call('GET /projects/:projectId/models/:modelId', { params: { projectId, modelId }, signal }),
  });
}

/** The compressed model; null where there is none. */
export function useCompression(projectId: string, modelId: string, enabled: boolean) {
  return useQuery({
    queryKey: queryKeys.project(projectId, 'models', 'compression', modelId),
    enabled,
    queryFn: async ({ signal }) => {
      try {
        return await call('GET /projects/:projectId/models/:modelId/compression', {
          params: { projectId, modelId },
          signal,
        });
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
}

export function usePromoteModel(projectId: string) {
  const queryClient = useQueryClient();
  const { showError } = useToast();
  return useMutation({
    mutationFn: (modelId: string) =>
      call('POST /projects/:projectId/models/:modelId/promote', { params: { projectId, modelId } }),
    onSuccess: () =>
      queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId, 'models') }),
    onError: showError,
  });
}
