'use client';

import Link from 'next/link';
import { useEffect } from 'react';
import { PageHead } from '@/components/ui/panel';
import { useProject } from '@/lib/project';
import { useCan } from '@/lib/session';
import { AcquisitionSection } from './acquisition-section';
import { DangerSection } from './danger-section';
import { ModelSection } from './model-section';
import { PoliciesSection } from './policies-section';
import { ProjectSection, QuestionSection } from './project-section';
import { ScheduleSection } from './schedule-section';
import './settings.css';
import { StopSection } from './stop-section';
import { strings } from './strings';
import { TokensSection } from './tokens-section';

/** Everything that can be decided about a project, in the order in which it matters. */
export function SettingsScreen() {
  const project = useProject();
  const canAudit = useCan('audit.read');
  useShowSection();
  const { fields } = project.labelSchema;
  // A section begins anew when what it edits was saved: the drafts of the others are kept.
  const { stop, ...policies } = project.policies;
  const keyOf = (name: string, edited: unknown) => `${name}-${JSON.stringify(edited)}`;
  return (
    <>
      <PageHead
        title={strings.title}
        sub={
          <>
            {strings.sub}{' '}
            {canAudit ? <Link href={`/projects/${project.id}/audit`}>{strings.audit}</Link> : null}
          </>
        }
      />
      <div className="set-stack">
        <ProjectSection
          key={keyOf('project', [project.name, project.description])}
          project={project}
        />
        {fields.map((field, place) => (
          <QuestionSection
            key={keyOf(`question-${place}`, field)}
            project={project}
            field={field}
            titled={fields.length > 1}
          />
        ))}
        <AcquisitionSection key={keyOf('acquisition', project.acquisition)} project={project} />
        <PoliciesSection key={keyOf('policies', policies)} project={project} />
        <StopSection key={keyOf('stop', stop)} project={project} />
        <ModelSection key={keyOf('model', project.modelSpec)} project={project} />
        <ScheduleSection project={project} />
        <TokensSection />
        <DangerSection project={project} />
      </div>
    </>
  );
}

/** A link to a section lands on it: the sections are made after the page has loaded. */
function useShowSection(): void {
  useEffect(() => {
    const id = window.location.hash.slice(1);
    if (id !== '') {
      document.getElementById(id)?.scrollIntoView();
    }
  }, []);
}
