'use client';

import { useQuery } from '@tanstack/react-query';
import { call } from '@/lib/api/client';
import { queryKeys } from '@/lib/query-keys';

/** Replays of the loop on known answers, newest first; events of a running one renew them. */
export function useSimulations(projectId: string, limit = 20) {
  return useQuery({
    queryKey: queryKeys.project(projectId, 'simulations', 'list', limit),
    queryFn: ({ signal }) =>
      call('GET /projects/:projectId/simulations', {
        params: { projectId },
        query: { limit },
        signal,
      }),
  });
}
