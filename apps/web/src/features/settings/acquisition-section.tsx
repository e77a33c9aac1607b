'use client';

import type { AcquisitionRule, Project } from '@dubio/contracts';
import {
  ACQUISITION,
  RULES,
  rulesFor,
  takesBatchSize,
  takesBeta,
} from '@dubio/contracts/catalogue';
import { useState } from 'react';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { acquisitionDraft, readAcquisition } from './drafts/acquisition-draft';
import { CatalogueField } from './form/catalogue-field';
import type { Draft } from './form/draft';
import { Section, same } from './section';
import { strings } from './strings';
import { useSaveProject } from './use-save-project';

/** Which items are asked next. */
export function AcquisitionSection({ project }: { readonly project: Project }) {
  const first = acquisitionDraft(project.acquisition);
  const [draft, setDraft] = useState<Draft>(first);
  const [rule, setRule] = useState<AcquisitionRule>(project.acquisition.rule);
  const [tried, setTried] = useState(false);
  const save = useSaveProject(project);
  const read = readAcquisition(draft, rule, project.acquisition);
  const form = { draft, errors: tried && !read.ok ? read.errors : {}, onChange: setDraft };
  const words = strings.acquisition;
  const submit = () => {
    setTried(true);
    if (read.ok) save.mutate({ acquisition: read.value });
  };
  return (
    <Section
      id="acquisition"
      title={words.title}
      changed={!same(draft, first) || rule !== project.acquisition.rule}
      saving={save.isPending}
      onSave={submit}
      onUndo={() => {
        setDraft(first);
        setRule(project.acquisition.rule);
      }}
    >
      <div className="set-fields">
        <Field label={words.rule} hint={RULES[rule].asks}>
          {(control) => (
            <Select
              {...control}
              value={rule}
              onChange={setRule}
              options={rulesFor(project.labelSchema).map((value) => ({
                value,
                label: RULES[value].label,
              }))}
            />
          )}
        </Field>
        {takesBeta(rule) ? (
          <CatalogueField path="beta" field={ACQUISITION.beta} form={form} />
        ) : null}
        {takesBatchSize(rule) ? (
          <CatalogueField path="batchSize" field={ACQUISITION.batchSize} form={form} />
        ) : null}
      </div>
    </Section>
  );
}
