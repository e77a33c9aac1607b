'use client';

import type { Permission } from '@dubio/contracts';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Icon, type IconName } from '@/components/icons/icon';
import { formatCount } from '@/lib/format';
import { useProject } from '@/lib/project';
import { useSession } from '@/lib/session';
import { strings } from './strings';

type Entry = {
  path: string;
  icon: IconName;
  label: string;
  needs: Permission;
  count?: number | null;
};

/** What each screen needs that the sidebar does not list by itself. */
const MORE_SCREENS: Readonly<Record<string, Permission>> = {
  rounds: 'round.read',
  audit: 'audit.read',
};

/** Names the screen a path stands on: the first word after the project. */
export function screenOf(pathname: string): string {
  return pathname.split('/')[3] ?? 'overview';
}

function useEntries(): { project: Entry[]; data: Entry[] } {
  const project = useProject();
  const { nav } = strings;
  return {
    project: [
      { path: 'overview', icon: 'overview', label: nav.overview, needs: 'round.read' },
      { path: 'label', icon: 'label', label: nav.label, needs: 'queue.lease' },
      { path: 'uncertainty', icon: 'uncertainty', label: nav.uncertainty, needs: 'round.read' },
      {
        path: 'models',
        icon: 'models',
        label: nav.models,
        needs: 'model.read',
        count: project.readyRound,
      },
      { path: 'simulation', icon: 'simulation', label: nav.simulation, needs: 'simulation.read' },
    ],
    data: [
      {
        path: 'items',
        icon: 'list',
        label: nav.items,
        needs: 'item.read',
        count: project.itemCount,
      },
      {
        path: 'people',
        icon: 'people',
        label: nav.people,
        needs: 'member.read',
      },
      { path: 'settings', icon: 'settings', label: nav.settings, needs: 'project.update' },
    ],
  };
}

/** Whether this person may open the screen at this path; the API decides about its data again. */
export function useMayOpen(pathname: string): boolean {
  const { permissions } = useSession();
  const { project, data } = useEntries();
  const screen = screenOf(pathname);
  const entry = [...project, ...data].find((each) => each.path === screen);
  const needs = entry?.needs ?? MORE_SCREENS[screen];
  return needs === undefined || permissions.includes(needs);
}

function NavList({ label, entries }: { label: string; entries: readonly Entry[] }) {
  const { id } = useProject();
  const current = screenOf(usePathname());
  return (
    <nav className="nav" aria-label={label}>
      {entries.map((entry) => (
        <Link
          key={entry.path}
          href={`/projects/${id}/${entry.path}`}
          aria-current={entry.path === current ? 'page' : undefined}
        >
          <Icon name={entry.icon} />
          {entry.label}
          {entry.count !== undefined && entry.count !== null && entry.count > 0 && (
            <span className="count">{formatCount(entry.count)}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}

/** The screens of a project that this person may open. */
export function ProjectNav() {
  const { permissions } = useSession();
  const { project, data } = useEntries();
  const allowed = (entry: Entry) => permissions.includes(entry.needs);
  const below = data.filter(allowed);
  return (
    <>
      <NavList label={strings.nav.project} entries={project.filter(allowed)} />
      {below.length > 0 && (
        <>
          <div className="nav-title">{strings.nav.data}</div>
          <NavList label={strings.nav.data} entries={below} />
        </>
      )}
    </>
  );
}
