'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Rectangle } from '@/charts/scatter/brush';
import { call } from '@/lib/api/client';
import { queryKeys } from '@/lib/query-keys';

/** The pool on the plane; renewed when a round publishes its queue. */
export function useUncertainty(projectId: string) {
  return useQuery({
    queryKey: queryKeys.project(projectId, 'uncertainty', 'plane'),
    queryFn: ({ signal }) =>
      call('GET /projects/:projectId/uncertainty', {
        params: { projectId },
        query: { points: 1500 },
        signal,
      }),
  });
}

const SETTLED_MS = 150;

/** Items behind the rectangle, asked for once the hand rests. */
export function useSelectedItems(projectId: string, selection: Rectangle | null, limit: number) {
  const settled = useSettled(selection, SETTLED_MS);
  return useQuery({
    queryKey: queryKeys.project(projectId, 'uncertainty', 'items', settled, limit),
    enabled: settled !== null && selection !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => fetchSelected(projectId, settled, limit, signal),
  });
}

export function fetchSelected(
  projectId: string,
  selection: Rectangle | null,
  limit: number,
  signal?: AbortSignal,
) {
  return call('GET /projects/:projectId/uncertainty/items', {
    params: { projectId },
    query: {
      epistemicMin: selection?.yMin ?? 0,
      epistemicMax: selection?.yMax ?? 0,
      aleatoricMin: selection?.xMin ?? 0,
      aleatoricMax: selection?.xMax ?? 0,
      limit,
    },
    signal,
  });
}

function useSettled<Value>(value: Value, waitMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), waitMs);
    return () => clearTimeout(timer);
  }, [value, waitMs]);
  return settled;
}
