'use client';

import type { Project } from '@dubio/contracts';
import {
  ADAPTIVE_RULES,
  CHANCE_RULES,
  canActiveTest,
  type Field,
  mostFirstSamples,
  namesOf,
  POLICIES,
} from '@dubio/contracts/catalogue';
import { useState } from 'react';
import { useModels } from '../models/queries';
import { policiesDraft, readPolicies } from './drafts/policies-draft';
import { CatalogueField, FlagInput } from './form/catalogue-field';
import type { Draft, Form } from './form/draft';
import { isOn } from './form/field-text';
import { Section, same } from './section';
import { strings } from './strings';
import { useSaveProject } from './use-save-project';

const NUMBERS = [
  'retrainAfterLabels',
  'queueSize',
  'overlap',
  'leaseSeconds',
  'controlShare',
] as const;
/** Numbers and switches that stand in another place, or depend on the rest of the project. */
const SPECIAL: readonly string[] = [
  ...NUMBERS,
  'activeTestShare',
  'firstSamples',
  'useCompressedModel',
];
const FLAGS = namesOf(POLICIES).filter((name) => !SPECIAL.includes(name));

/** When rounds start, how items are handed out, what annotators see. */
export function PoliciesSection({ project }: { readonly project: Project }) {
  const first = policiesDraft(project.policies);
  const [draft, setDraft] = useState<Draft>(first);
  const [tried, setTried] = useState(false);
  const save = useSaveProject(project);
  const read = readPolicies(draft);
  const form = { draft, errors: tried && !read.ok ? read.errors : {}, onChange: setDraft };
  const words = strings.policies;
  const { activeTestShare, firstSamples } = project.policies;
  const canTest = canActiveTest(project.labelSchema);
  const canBeAdaptive = ADAPTIVE_RULES.includes(project.acquisition.rule) || firstSamples !== null;
  const hasChances = CHANCE_RULES.includes(project.acquisition.rule);
  const { samples } = project.modelSpec;
  const submit = () => {
    setTried(true);
    if (read.ok) save.mutate({ policies: read.value });
  };
  return (
    <Section
      id="rounds"
      title={words.title}
      changed={!same(draft, first)}
      saving={save.isPending}
      onSave={submit}
      onUndo={() => setDraft(first)}
    >
      <div className="set-fields">
        {NUMBERS.map((name) => (
          <CatalogueField key={name} path={name} field={POLICIES[name]} form={form} />
        ))}
        <CatalogueField
          path="activeTestShare"
          field={POLICIES.activeTestShare}
          disabled={!canTest && activeTestShare === 0}
          form={form}
          {...(canTest ? {} : { hint: words.activeTestImpossible })}
        />
        {canBeAdaptive ? (
          <CatalogueField
            path="firstSamples"
            field={POLICIES.firstSamples}
            hint={words.firstSamplesHint(mostFirstSamples(samples), samples)}
            form={form}
          />
        ) : null}
      </div>
      <div className="set-checks">
        {FLAGS.map((flag) => (
          <FlagInput
            key={flag}
            path={flag}
            label={POLICIES[flag].label}
            disabled={
              flag === 'trainWithLureWeights' && !hasChances && !isOn(draft.trainWithLureWeights)
            }
            form={form}
          />
        ))}
        <p className="cap">
          {hasChances ? POLICIES.trainWithLureWeights.hint : words.lureNeedsChance}
        </p>
        <CompressedModelCheck project={project} form={form} />
      </div>
    </Section>
  );
}

const SMALL: Field = POLICIES.useCompressedModel;

/**
 * Offered where the compressed model of the model in use may stand for it; what is on can always be
 * switched off.
 */
function CompressedModelCheck({
  project,
  form,
}: {
  readonly project: Project;
  readonly form: Form;
}) {
  const models = useModels(project.id);
  const words = strings.policies;
  const inUse = models.data?.items.find((model) => model.promoted);
  const usable = inUse?.compressedModel.usable ?? false;
  const isChosen = project.policies.useCompressedModel || isOn(form.draft.useCompressedModel);
  const hint =
    inUse === undefined
      ? words.smallNoModel
      : usable
        ? SMALL.hint
        : words.compressedNot(inUse.roundNumber, inUse.compressedModel.reason);
  return (
    <>
      <FlagInput
        path="useCompressedModel"
        label={SMALL.label}
        disabled={!usable && !isChosen}
        form={form}
      />
      {models.data === undefined ? null : <p className="cap">{hint}</p>}
    </>
  );
}
