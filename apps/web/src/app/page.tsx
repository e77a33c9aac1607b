import type { Metadata } from 'next';
import { ProjectList } from '@/features/projects/project-list';
import { strings } from '@/features/projects/strings';
import { pageCall } from '@/lib/api/server';
import { SessionProvider } from '@/lib/session';
import { getSession } from '@/lib/session.server';

export const metadata: Metadata = { title: { absolute: `${strings.title} · Dubio` } };

type Props = { searchParams: Promise<{ workspace?: string }> };

export default async function ProjectsPage({ searchParams }: Props) {
  const session = await getSession((await searchParams).workspace);
  const { workspaceId } = session;
  const projects =
    workspaceId === ''
      ? { items: [], nextCursor: null }
      : await pageCall('GET /workspaces/:workspaceId/projects', { params: { workspaceId } });
  return (
    <SessionProvider session={session}>
      <ProjectList key={workspaceId} initial={projects} />
    </SessionProvider>
  );
}
