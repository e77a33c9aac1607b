'use client';

import type { AcquisitionRule, Project } from '@dubio/contracts';
import { RULES, rulesFor } from '@dubio/contracts/catalogue';
import { useState } from 'react';
import { ruleName } from '@/charts/simulation-curves/rule-names';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import {
  acquisitionDraft,
  type Draft,
  type ModelKinds,
  modelDraft,
  modelKinds,
  picksByChance,
  picksJointly,
  readAcquisition,
  readModel,
} from './drafts';
import { NoiseFields } from './noise-fields';
import { PosteriorFields } from './posterior-fields';
import { PosteriorSelect } from './posterior-select';
import { DraftField, Section, same } from './section';
import { ShardFields } from './shard-fields';
import { strings } from './strings';
import { useSaveProject } from './use-save-project';

/** How the network is built, trained and sampled. */
export function ModelSection({ project }: { readonly project: Project }) {
  const first = modelDraft(project.modelSpec);
  const firstKinds = modelKinds(project.modelSpec);
  const [draft, setDraft] = useState<Draft>(first);
  const [kinds, setKinds] = useState<ModelKinds>(firstKinds);
  const [tried, setTried] = useState(false);
  const save = useSaveProject(project);
  const { fields } = project.labelSchema;
  const read = readModel(draft, kinds, fields);
  const errors: Readonly<Record<string, string>> = tried && !read.ok ? read.errors : {};
  const field = { draft, errors, onChange: setDraft };
  const words = strings.model;
  const submit = () => {
    setTried(true);
    if (read.ok) {
      save.mutate({ modelSpec: read.value });
    }
  };
  return (
    <Section
      id="model"
      title={words.title}
      changed={!same(draft, first) || !same(kinds, firstKinds)}
      saving={save.isPending}
      onSave={submit}
      onUndo={() => {
        setDraft(first);
        setKinds(firstKinds);
      }}
    >
      <div className="set-fields">
        <KindSelects kinds={kinds} onChange={setKinds} problem={errors.posterior} />
        {kinds.preset === 'mlp' ? (
          <DraftField name="hidden" label={words.hidden} hint={words.hiddenHint} {...field} />
        ) : null}
        <PosteriorFields kinds={kinds} onChange={setKinds} field={field} />
        <NoiseFields kinds={kinds} onChange={setKinds} fields={fields} />
        <DraftField name="samples" label={words.samples} {...field} />
        <DraftField name="learningRate" label={words.learningRate} {...field} />
        <DraftField name="weightDecay" label={words.weightDecay} {...field} />
        {kinds.optimiser === 'sgd' ? (
          <DraftField name="momentum" label={words.momentum} {...field} />
        ) : null}
        <DraftField name="batchSize" label={words.batchSize} {...field} />
        <DraftField name="maxEpochs" label={words.maxEpochs} {...field} />
        <DraftField name="patience" label={words.patience} {...field} />
        <DraftField name="drawsPerEpoch" label={words.drawsPerEpoch} {...field} />
        {kinds.posterior === 'mean-field' ? (
          <ShardFields kinds={kinds} onChange={setKinds} field={field} />
        ) : null}
      </div>
    </Section>
  );
}

const PRESETS = ['mlp', 'mlp-512', 'uci-50', 'batchbald-conv', 'gal-conv'] as const;
function KindSelects(props: {
  readonly kinds: ModelKinds;
  readonly onChange: (kinds: ModelKinds) => void;
  /** Why the posterior does not fit. */
  readonly problem: string | undefined;
}) {
  const { kinds, onChange, problem } = props;
  const words = strings.model;
  return (
    <>
      <Field label={words.preset}>
        {(control) => (
          <Select
            {...control}
            value={kinds.preset}
            onChange={(preset) => onChange({ ...kinds, preset })}
            options={PRESETS.map((value) => ({ value, label: words.presets[value] }))}
          />
        )}
      </Field>
      <PosteriorSelect kinds={kinds} onChange={onChange} problem={problem} />
      {kinds.preset === 'mlp' ? (
        <Field label={words.activation}>
          {(control) => (
            <Select
              {...control}
              value={kinds.activation}
              onChange={(activation) => onChange({ ...kinds, activation })}
              options={[
                { value: 'relu', label: 'ReLU' },
                { value: 'tanh', label: 'tanh' },
              ]}
            />
          )}
        </Field>
      ) : null}
      <Field label={words.optimiser}>
        {(control) => (
          <Select
            {...control}
            value={kinds.optimiser}
            onChange={(optimiser) => onChange({ ...kinds, optimiser })}
            options={[
              { value: 'adam', label: 'Adam' },
              { value: 'sgd', label: 'SGD' },
            ]}
          />
        )}
      </Field>
    </>
  );
}

/** Which items are asked next. */
export function AcquisitionSection({ project }: { readonly project: Project }) {
  const first = acquisitionDraft(project.acquisition);
  const [draft, setDraft] = useState<Draft>(first);
  const [rule, setRule] = useState<AcquisitionRule>(project.acquisition.rule);
  const [tried, setTried] = useState(false);
  const save = useSaveProject(project);
  const read = readAcquisition(draft, rule, project.acquisition);
  const field = { draft, errors: tried && !read.ok ? read.errors : {}, onChange: setDraft };
  const words = strings.acquisition;
  const submit = () => {
    setTried(true);
    if (read.ok) {
      save.mutate({ acquisition: read.value });
    }
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
                label: ruleName(value),
              }))}
            />
          )}
        </Field>
        {picksByChance(rule) ? (
          <DraftField name="beta" label={words.beta} hint={words.betaHint} {...field} />
        ) : null}
        {picksJointly(rule) ? (
          <DraftField name="batchSize" label={words.batchSize} hint={words.batchHint} {...field} />
        ) : null}
      </div>
    </Section>
  );
}
