'use client';

import type { Answer } from '@dubio/contracts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useToast } from '@/components/ui/toaster';
import { call } from '@/lib/api/client';
import { queryKeys } from '@/lib/query-keys';
import type { ItemFilter } from './item-filter';

const PAGE = 100;

/** Items by import order, a page at a time as the table is scrolled. */
export function useItems(projectId: string, filter: ItemFilter) {
  return useInfiniteQuery({
    queryKey: queryKeys.project(projectId, 'items', 'list', filter),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      call('GET /projects/:projectId/items', {
        params: { projectId },
        query: {
          limit: PAGE,
          ...(pageParam === null ? {} : { cursor: pageParam }),
          ...(filter.split === null ? {} : { split: filter.split }),
          ...(filter.state === null ? {} : { state: filter.state }),
          ...(filter.externalId === '' ? {} : { externalId: filter.externalId }),
        },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function useItem(projectId: string, itemId: string) {
  return useQuery({
    queryKey: queryKeys.project(projectId, 'items', 'one', itemId),
    queryFn: ({ signal }) =>
      call('GET /projects/:projectId/items/:itemId', { params: { projectId, itemId }, signal }),
  });
}

export function useItemAnnotations(projectId: string, itemId: string) {
  return useQuery({
    queryKey: queryKeys.project(projectId, 'annotations', 'item', itemId),
    queryFn: ({ signal }) =>
      call('GET /projects/:projectId/annotations', {
        params: { projectId },
        query: { itemId, limit: 50 },
        signal,
      }),
  });
}

export function useWithdrawItem(projectId: string, itemId: string) {
  const queryClient = useQueryClient();
  const { showError } = useToast();
  return useMutation({
    mutationFn: (reason: string) =>
      call('POST /projects/:projectId/items/:itemId/withdraw', {
        params: { projectId, itemId },
        body: { reason },
      }),
    onSuccess: () =>
      queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId, 'items') }),
    onError: showError,
  });
}

/** What the label of an item is and was, newest first. */
export function useLabelVersions(projectId: string, itemId: string) {
  return useQuery({
    queryKey: queryKeys.project(projectId, 'items', 'versions', itemId),
    queryFn: ({ signal }) =>
      call('GET /projects/:projectId/items/:itemId/label/versions', {
        params: { projectId, itemId },
        signal,
      }),
  });
}

export function useCorrectLabel(projectId: string, itemId: string) {
  const queryClient = useQueryClient();
  const { showError } = useToast();
  return useMutation({
    mutationFn: (body: { answer: Answer; note?: string; seenAt?: string }) =>
      call('PUT /projects/:projectId/items/:itemId/label', { params: { projectId, itemId }, body }),
    onError: showError,
    // Also when somebody else was quicker: what stands now is shown.
    onSettled: () =>
      queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId, 'items') }),
  });
}
