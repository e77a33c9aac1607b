import type { ReactNode } from 'react';
import { ProjectShell } from '@/components/shell/project-shell';

/** Screens with the sidebar: all of a project but the labelling one. */
export default function DeskLayout({ children }: { children: ReactNode }) {
  return <ProjectShell>{children}</ProjectShell>;
}
