'use client';

import type { Project } from '@dubio/contracts';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useProjectEvent } from '@/lib/events/use-project-events';
import { openOutboxStorage } from '../outbox/outbox-storage';
import { labellingApi } from './labelling-api';
import { LabellingSession } from './labelling-session';
import { INITIAL_STATE, type LabellingState } from './state';
import { holdTabLock } from './tab-lock';

type Labelling = {
  state: LabellingState;
  /** Null until the browser's storage is open. */
  session: LabellingSession | null;
  /** Labels here although another tab does. */
  labelHere: () => void;
};

const noSubscription = () => () => undefined;

/**
 * Runs a labelling session for as long as the page is shown and this tab is the one that labels.
 */
export function useLabelling(project: Project, userId: string): Labelling {
  const [session, setSession] = useState<LabellingSession | null>(null);
  const [elsewhere, setElsewhere] = useState(false);
  const [labelHere, setLabelHere] = useState<() => void>(() => () => undefined);
  const { leaseSeconds } = project.policies;

  useEffect(() => {
    let current: LabellingSession | null = null;
    let wanted = true;
    const begin = async () => {
      setElsewhere(false);
      const opened = await openOutboxStorage();
      if (!wanted) return;
      const api = labellingApi(project.id);
      current = new LabellingSession({
        projectId: project.id,
        userId,
        api,
        leaseSeconds,
        ...opened,
      });
      setSession(current);
      await current.start();
    };
    const end = () => {
      current?.stop('elsewhere');
      current = null;
      setSession(null);
    };
    const lock = holdTabLock({
      name: `dubio-label-${project.id}`,
      onGained: () => void begin(),
      onLost: end,
      onElsewhere: () => setElsewhere(true),
    });
    setLabelHere(() => () => lock.steal());
    const wake = () => current?.wake();
    const leave = () => current?.giveBack();
    addEventListener('online', wake);
    // A page that comes back from the browser's cache has given its items back.
    addEventListener('pageshow', wake);
    addEventListener('pagehide', leave);
    return () => {
      wanted = false;
      removeEventListener('online', wake);
      removeEventListener('pageshow', wake);
      removeEventListener('pagehide', leave);
      leave();
      end();
      lock.release();
    };
  }, [project.id, userId, leaseSeconds]);

  useProjectEvent(project.id, 'queue.published', (event) => session?.published(event.generation));
  useProjectEvent(project.id, 'labels.changed', () => session?.progressChanged());
  useProjectEvent(project.id, 'round.changed', () => session?.progressChanged());

  const state = useSyncExternalStore(
    session?.subscribe ?? noSubscription,
    session?.getState ?? (() => INITIAL_STATE),
    () => INITIAL_STATE,
  );
  const shown = elsewhere && session === null ? { ...state, phase: 'elsewhere' as const } : state;
  return { state: shown, session, labelHere };
}
