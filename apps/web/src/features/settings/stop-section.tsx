'use client';

import type { Project } from '@dubio/contracts';
import { useState } from 'react';
import { uncertaintyUnit } from '../rounds/prepare-rounds';
import { readStop, stopDraft, stopFields } from './drafts/policies-draft';
import { CatalogueFields } from './form/catalogue-field';
import type { Draft } from './form/draft';
import { Section, same } from './section';
import { strings } from './strings';
import { useSaveProject } from './use-save-project';

/** When to stop asking people. */
export function StopSection({ project }: { readonly project: Project }) {
  const fields = stopFields(
    project.metricName === 'accuracy',
    uncertaintyUnit(project.labelSchema),
  );
  const first = stopDraft(fields, project.policies.stop);
  const [draft, setDraft] = useState<Draft>(first);
  const [tried, setTried] = useState(false);
  const save = useSaveProject(project);
  const read = readStop(fields, draft);
  const form = { draft, errors: tried && !read.ok ? read.errors : {}, onChange: setDraft };
  const words = strings.stop;
  const submit = () => {
    setTried(true);
    if (read.ok) save.mutate({ policies: { stop: read.value } });
  };
  return (
    <Section
      id="stop"
      title={words.title}
      meta={words.hint}
      changed={!same(draft, first)}
      saving={save.isPending}
      onSave={submit}
      onUndo={() => setDraft(first)}
    >
      <div className="set-fields">
        <CatalogueFields part="" fields={fields} form={form} />
      </div>
    </Section>
  );
}
