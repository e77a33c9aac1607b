import { redirect } from 'next/navigation';
import { getProject, getSession } from '@/lib/session.server';

type Props = { params: Promise<{ projectId: string }> };

/** Engineers and reviewers come in at the overview, annotators at the item. */
export default async function ProjectPage({ params }: Props) {
  const { projectId } = await params;
  const project = await getProject(projectId);
  const { permissions } = await getSession(project.workspaceId);
  redirect(`/projects/${projectId}/${permissions.includes('round.read') ? 'overview' : 'label'}`);
}
