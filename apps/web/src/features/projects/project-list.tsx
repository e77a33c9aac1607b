'use client';

import { useQuery } from '@tanstack/react-query';
import { Icon } from '@/components/icons/icon';
import { Mark } from '@/components/icons/mark';
import { PersonMenu } from '@/components/shell/person-menu';
import { ThemeSwitch } from '@/components/shell/theme-switch';
import { SkipLink, TopBar } from '@/components/shell/top-bar';
import { ButtonLink } from '@/components/ui/button';
import { PageHead } from '@/components/ui/panel';
import { FailureState } from '@/components/ui/states';
import { call, describeError, type ResponseOf } from '@/lib/api/client';
import { queryKeys } from '@/lib/query-keys';
import { useCan, useSession } from '@/lib/session';
import { FindProject } from './find-project';
import styles from './project-list.module.css';
import { ProjectTable } from './project-table';
import { strings } from './strings';
import { WorkspaceChoice } from './workspace-choice';

const REFRESH_MS = 10_000;
type Page = ResponseOf<'GET /workspaces/:workspaceId/projects'>;

function NoProject() {
  const may = useCan('project.create');
  const words = may ? strings.empty : strings.nothingShared;
  return (
    <section className="panel grid justify-items-center gap-2.5 px-4 py-9 text-center">
      <Mark size={52} />
      <h2 className="dlg-title">{words.title}</h2>
      <p className="sm t2 max-w-[52ch]">{words.detail}</p>
      {may && (
        <ButtonLink href="/projects/new" kind="primary">
          <Icon name="plus" />
          {strings.newProject}
        </ButtonLink>
      )}
    </section>
  );
}

/** All projects of the workspace, kept fresh while the page is looked at. */
export function ProjectList({ initial }: { initial: Page }) {
  const { workspaceId, theme } = useSession();
  const may = useCan('project.create');
  const { data, error } = useQuery({
    queryKey: queryKeys.projects(workspaceId),
    queryFn: ({ signal }) =>
      call('GET /workspaces/:workspaceId/projects', { params: { workspaceId }, signal }),
    initialData: initial,
    refetchInterval: REFRESH_MS,
  });
  const projects = data.items;
  return (
    <>
      <SkipLink />
      <TopBar>
        {projects.length > 0 && <FindProject projects={projects} />}
        <WorkspaceChoice />
        <PersonMenu />
        <ThemeSwitch initial={theme} />
      </TopBar>
      <main className={`main ${styles.page}`} id="main" tabIndex={-1}>
        <PageHead
          title={strings.title}
          actions={
            may &&
            projects.length > 0 && (
              <ButtonLink href="/projects/new">
                <Icon name="plus" />
                {strings.newProject}
              </ButtonLink>
            )
          }
        />
        {error !== null && <FailureState {...describeError(error)} />}
        {projects.length > 0 ? <ProjectTable projects={projects} /> : <NoProject />}
      </main>
    </>
  );
}
