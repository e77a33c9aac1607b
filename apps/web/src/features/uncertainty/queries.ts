'use client';

import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Rectangle } from '@/charts/scatter/brush';
import { call } from '@/lib/api/client';
import { queryKeys } from '@/lib/query-keys';
import { snapSelection } from './selection';

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
    placeholderData: keepPreviousData,
    queryFn:
      settled === null || selection === null
        ? skipToken
        : ({ signal }) => fetchSelected(projectId, settled, limit, signal),
  });
}

export function fetchSelected(
  projectId: string,
  selection: Rectangle,
  limit: number,
  signal?: AbortSignal,
) {
  const { xMin, xMax, yMin, yMax } = snapSelection(selection);
  return call('GET /projects/:projectId/uncertainty/items', {
    params: { projectId },
    query: {
      epistemicMin: yMin,
      epistemicMax: yMax,
      aleatoricMin: xMin,
      aleatoricMax: xMax,
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
