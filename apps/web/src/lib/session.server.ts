import { type Permission, ROLE_PERMISSIONS } from '@dubio/contracts';
import { cookies } from 'next/headers';
import { cache } from 'react';
import { pageCall } from './api/server';
import type { Session } from './session';
import { parseTheme, THEME_COOKIE, type Theme } from './theme';

export async function getTheme(): Promise<Theme> {
  return parseTheme((await cookies()).get(THEME_COOKIE)?.value);
}

const getMe = cache(() => pageCall('GET /me'));

/** The session of the person who asked; without one the page goes to sign-in. */
export async function getSession(workspaceId?: string): Promise<Session> {
  const me = await getMe();
  const workspace =
    me.workspaces.find((each) => each.id === workspaceId) ?? me.workspaces[0] ?? null;
  const permissions: readonly Permission[] =
    workspace === null ? [] : [...ROLE_PERMISSIONS[workspace.role]];
  return { me, theme: await getTheme(), workspaceId: workspace?.id ?? '', permissions };
}

/** A project as the server sees it, once a request. */
export const getProject = cache((projectId: string) =>
  pageCall('GET /projects/:projectId', { params: { projectId } }),
);
