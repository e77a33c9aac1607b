'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useEffect, useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { useProject } from '@/lib/project';
import { useSession } from '@/lib/session';
import { NothingHere } from './nothing-here';
import { PersonMenu } from './person-menu';
import { ProjectNav, screenOf, useMayOpen } from './project-nav';
import { strings } from './strings';
import { ThemeSwitch } from './theme-switch';
import { Brand, SkipLink } from './top-bar';

function ProjectLink() {
  const project = useProject();
  return (
    <Link className="project" href="/" title={strings.allProjects}>
      <span className="truncate">{project.name}</span>
      <Icon name="down" />
    </Link>
  );
}

function SideFoot() {
  const { theme } = useSession();
  return (
    <div className="row spread mt-auto pt-3">
      <PersonMenu />
      <ThemeSwitch initial={theme} />
    </div>
  );
}

/** The bar with the menu below 1,024 px. */
function MobileBar() {
  const project = useProject();
  const { theme } = useSession();
  const pathname = usePathname();
  const [open, setOpen] = useState(false);
  const screen = screenOf(pathname);
  const name = Object.entries(strings.screens).find(([key]) => key === screen)?.[1];
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when the page changes
  useEffect(() => setOpen(false), [pathname]);
  return (
    <header className="top mobile-nav">
      <Radix.Root open={open} onOpenChange={setOpen}>
        <Radix.Trigger asChild>
          <Button kind="quiet" size="square" aria-label={strings.menu}>
            <Icon name="menu" />
          </Button>
        </Radix.Trigger>
        <Radix.Portal>
          <Radix.Overlay className="scrim" />
          <Radix.Content className="drawer" aria-describedby={undefined}>
            <Radix.Title className="sr">{strings.menu}</Radix.Title>
            <Brand />
            <ProjectLink />
            <ProjectNav />
            <div className="mt-auto pt-3">
              <PersonMenu />
            </div>
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
      <span className="crumb">
        <span className="ell">{project.name}</span>
        {name === undefined ? null : (
          <>
            {' '}
            / <b>{name}</b>
          </>
        )}
      </span>
      <span className="grow" />
      <ThemeSwitch initial={theme} />
    </header>
  );
}

/** Sidebar and page of the engineer's screens. */
export function ProjectShell({ children }: { children: ReactNode }) {
  const mayOpen = useMayOpen(usePathname());
  return (
    <>
      <SkipLink />
      <MobileBar />
      <div className="app">
        <aside className="side">
          <Brand />
          <ProjectLink />
          <ProjectNav />
          <SideFoot />
        </aside>
        <main className="main" id="main" tabIndex={-1}>
          {mayOpen ? children : <NothingHere />}
        </main>
      </div>
    </>
  );
}
