import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { ProjectProvider } from '@/lib/project';
import { SessionProvider } from '@/lib/session';
import { getProject, getSession } from '@/lib/session.server';

type Props = { children: ReactNode; params: Promise<{ projectId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const project = await getProject((await params).projectId);
  return { title: { default: project.name, template: `%s · ${project.name} · Dubio` } };
}

export default async function ProjectLayout({ children, params }: Props) {
  const project = await getProject((await params).projectId);
  const session = await getSession(project.workspaceId);
  return (
    <SessionProvider session={session}>
      <ProjectProvider project={project}>{children}</ProjectProvider>
    </SessionProvider>
  );
}
