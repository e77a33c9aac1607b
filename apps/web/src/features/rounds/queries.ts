'use client';

import type { Round, RoundProgress, RoundState } from '@dubio/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '@/lib/api/client';
import { useProjectEvent } from '@/lib/events/use-project-events';
import { queryKeys } from '@/lib/query-keys';

/** The last rounds, newest first. */
export function useRounds(projectId: string, limit = 60) {
  return useQuery({
    queryKey: queryKeys.project(projectId, 'rounds', 'list', limit),
    queryFn: ({ signal }) =>
      call('GET /projects/:projectId/rounds', { params: { projectId }, query: { limit }, signal }),
  });
}

export function useRound(projectId: string, number: number) {
  return useQuery({
    queryKey: queryKeys.project(projectId, 'rounds', 'one', number),
    queryFn: ({ signal }) =>
      call('GET /projects/:projectId/rounds/:number', { params: { projectId, number }, signal }),
  });
}

export type LiveRound = {
  readonly state: RoundState;
  readonly progress: RoundProgress | null;
};

/** A round as its last event tells it, without waiting for a fetch. */
export function useLiveRound(projectId: string, round: Round | undefined): LiveRound | null {
  const [heard, setHeard] = useState<{ roundId: string; live: LiveRound } | null>(null);
  useProjectEvent(projectId, 'round.progress', (event) =>
    setHeard({
      roundId: event.roundId,
      live: { state: event.state, progress: event.progress },
    }),
  );
  useProjectEvent(projectId, 'round.changed', (event) =>
    setHeard((last) => ({
      roundId: event.roundId,
      live: {
        state: event.state,
        progress: last?.roundId === event.roundId ? last.live.progress : null,
      },
    })),
  );
  if (round === undefined) {
    return null;
  }
  if (heard === null || heard.roundId !== round.id) {
    return { state: round.state, progress: round.progress };
  }
  return { state: heard.live.state, progress: heard.live.progress ?? round.progress };
}
