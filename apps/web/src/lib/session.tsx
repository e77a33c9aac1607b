'use client';

import type { Me, Permission } from '@dubio/contracts';
import { createContext, type ReactNode, useContext } from 'react';
import type { Theme } from './theme';

export type Session = {
  me: Me;
  theme: Theme;
  /** The workspace whose projects are shown, and what this person may do there. */
  workspaceId: string;
  permissions: readonly Permission[];
};

const Context = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <Context.Provider value={session}>{children}</Context.Provider>;
}

/** Who is signed in. Pages behind sign-in have it; anything else is a mistake of ours. */
export function useSession(): Session {
  const session = useContext(Context);
  if (session === null) throw new Error('useSession needs a SessionProvider above it.');
  return session;
}

/** Whether this person may do something here; the API decides again in any case. */
export function useCan(permission: Permission): boolean {
  return useSession().permissions.includes(permission);
}
