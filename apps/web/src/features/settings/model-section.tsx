'use client';

import type { LabelField, Project } from '@dubio/contracts';
import { NETWORKS, NOISE, OPTIMISERS, TRAINING } from '@dubio/contracts/catalogue';
import { useState } from 'react';
import { modelDraft, readModel } from './drafts/model-draft';
import { CatalogueField, CatalogueFields, KindFields, KindSelect } from './form/catalogue-field';
import type { Draft, Form } from './form/draft';
import { PartitionFields, PosteriorFields, PosteriorSelect } from './posterior-part';
import { Section, same } from './section';
import { strings } from './strings';
import { useSaveProject } from './use-save-project';

const { samples, ...PACE } = TRAINING;

/** How the network is built, trained and sampled. */
export function ModelSection({ project }: { readonly project: Project }) {
  const first = modelDraft(project.modelSpec);
  const [draft, setDraft] = useState<Draft>(first);
  const [tried, setTried] = useState(false);
  const save = useSaveProject(project);
  const { fields } = project.labelSchema;
  const read = readModel(draft, fields);
  const form = { draft, errors: tried && !read.ok ? read.errors : {}, onChange: setDraft };
  const words = strings.model;
  const [preset, optimiser] = [draft['network.preset'], draft['optimiser.kind']];
  const submit = () => {
    setTried(true);
    if (read.ok) save.mutate({ modelSpec: read.value });
  };
  return (
    <Section
      id="model"
      title={words.title}
      changed={!same(draft, first)}
      saving={save.isPending}
      onSave={submit}
      onUndo={() => setDraft(first)}
    >
      <div className="set-fields">
        <KindSelect path="network.preset" label={words.preset} kinds={NETWORKS} form={form} />
        <PosteriorSelect form={form} />
        <KindSelect path="optimiser.kind" label={words.optimiser} kinds={OPTIMISERS} form={form} />
        <KindFields part="network" chosen={preset} kinds={NETWORKS} form={form} />
        <PosteriorFields form={form} />
        <NoiseFields fields={fields} form={form} />
        <CatalogueField path="samples" field={samples} form={form} />
        <KindFields part="optimiser" chosen={optimiser} kinds={OPTIMISERS} form={form} />
        <CatalogueFields part="" fields={PACE} form={form} />
        <PartitionFields form={form} />
      </div>
    </Section>
  );
}

/** Which noise in the data the network learns, as far as what is asked has such noise. */
function NoiseFields({ fields, form }: { readonly fields: readonly LabelField[]; form: Form }) {
  const asks = (kind: LabelField['kind']) => fields.some((field) => field.kind === kind);
  return (
    <>
      {asks('number') ? (
        <CatalogueField path="noise.numbers" field={NOISE.numbers} form={form} />
      ) : null}
      {asks('choice') ? (
        <CatalogueField path="noise.logits" field={NOISE.logits} form={form} />
      ) : null}
    </>
  );
}
