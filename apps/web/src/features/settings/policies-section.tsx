'use client';

import type { Project } from '@dubio/contracts';
import { CHANCE_RULES, RACE_RULES } from '@dubio/contracts/catalogue';
import { useState } from 'react';
import { Checkbox } from '@/components/ui/toggle';
import { useModels } from '../models/queries';
import { doubtUnit } from '../rounds/prepare-rounds';
import { type Draft, policiesDraft, readPolicies, readStop, stopDraft } from './drafts';
import { DraftField, Section, same } from './section';
import { strings } from './strings';
import { useSaveProject } from './use-save-project';

type Flags = Pick<
  Project['policies'],
  'trainOnControl' | 'levelTraining' | 'showModelToAnnotators' | 'gate' | 'useSmallNetwork'
>;
const flagsOf = (project: Project): Flags => ({
  trainOnControl: project.policies.trainOnControl,
  levelTraining: project.policies.levelTraining,
  showModelToAnnotators: project.policies.showModelToAnnotators,
  gate: project.policies.gate,
  useSmallNetwork: project.policies.useSmallNetwork,
});

const FLAGS = ['trainOnControl', 'levelTraining', 'showModelToAnnotators', 'gate'] as const;

/** Test items are drawn by what is expected of one choice or one number. */
const isTestable = ({ labelSchema: { fields } }: Project): boolean =>
  fields.length === 1 && fields[0]?.kind !== 'choices';

/** When rounds start, how items are handed out, what annotators see. */
export function PoliciesSection({ project }: { readonly project: Project }) {
  const first = policiesDraft(project.policies);
  const [draft, setDraft] = useState<Draft>(first);
  const [flags, setFlags] = useState<Flags>(() => flagsOf(project));
  const [tried, setTried] = useState(false);
  const save = useSaveProject(project);
  const read = readPolicies(draft);
  const field = { draft, errors: tried && !read.ok ? read.errors : {}, onChange: setDraft };
  const words = strings.policies;
  const { firstSamples } = project.policies;
  const canRace = RACE_RULES.includes(project.acquisition.rule) || firstSamples !== null;
  const canLevel = CHANCE_RULES.includes(project.acquisition.rule);
  const submit = () => {
    setTried(true);
    if (read.ok) {
      save.mutate({ policies: { ...read.value, ...flags } });
    }
  };
  return (
    <Section
      id="rounds"
      title={words.title}
      changed={!same(draft, first) || !same(flags, flagsOf(project))}
      saving={save.isPending}
      onSave={submit}
      onUndo={() => {
        setDraft(first);
        setFlags(flagsOf(project));
      }}
    >
      <div className="set-fields">
        <DraftField
          name="retrainAfterLabels"
          label={words.retrainAfterLabels}
          hint={words.retrainHint}
          {...field}
        />
        <DraftField name="queueSize" label={words.queueSize} {...field} />
        <DraftField name="overlap" label={words.overlap} {...field} />
        <DraftField name="leaseSeconds" label={words.leaseSeconds} {...field} />
        <DraftField
          name="controlShare"
          label={words.controlShare}
          hint={words.controlHint}
          {...field}
        />
        <DraftField
          name="testShare"
          label={words.testShare}
          hint={isTestable(project) ? words.testHint : words.testImpossible}
          disabled={!isTestable(project) && project.policies.testShare === 0}
          {...field}
        />
        {canRace ? (
          <DraftField
            name="firstSamples"
            label={words.firstSamples}
            hint={words.firstSamplesHint(project.modelSpec.samples)}
            {...field}
          />
        ) : null}
      </div>
      <div className="set-checks">
        {FLAGS.map((flag) => (
          <Checkbox
            key={flag}
            disabled={flag === 'levelTraining' && !canLevel && !flags.levelTraining}
            checked={flags[flag]}
            onChange={(on) => setFlags({ ...flags, [flag]: on })}
          >
            {words[flag]}
          </Checkbox>
        ))}
        <p className="cap">{canLevel ? words.levelHint : words.levelNeedsChance}</p>
        <SmallNetworkCheck
          project={project}
          checked={flags.useSmallNetwork}
          onChange={(useSmallNetwork) => setFlags({ ...flags, useSmallNetwork })}
        />
      </div>
    </Section>
  );
}

/** Offered where the smaller network of the model in use may stand for it; what is on can always be switched off. */
function SmallNetworkCheck(props: {
  readonly project: Project;
  readonly checked: boolean;
  readonly onChange: (on: boolean) => void;
}) {
  const { project, checked, onChange } = props;
  const models = useModels(project.id);
  const words = strings.policies;
  const inUse = models.data?.items.find((model) => model.promoted);
  const usable = inUse?.smallNetwork.usable ?? false;
  const isOn = project.policies.useSmallNetwork;
  const hint =
    inUse === undefined
      ? words.smallNoModel
      : usable
        ? words.smallHint
        : words.smallNot(inUse.roundNumber, inUse.smallNetwork.reason);
  return (
    <>
      <Checkbox disabled={!usable && !isOn && !checked} checked={checked} onChange={onChange}>
        {words.useSmallNetwork}
      </Checkbox>
      {models.data === undefined ? null : <p className="cap">{hint}</p>}
    </>
  );
}

/** When to stop asking people. */
export function StopSection({ project }: { readonly project: Project }) {
  const accuracy = project.metricName === 'accuracy';
  const first = stopDraft(project.policies.stop, accuracy);
  const [draft, setDraft] = useState<Draft>(first);
  const [tried, setTried] = useState(false);
  const save = useSaveProject(project);
  const read = readStop(draft, accuracy);
  const field = { draft, errors: tried && !read.ok ? read.errors : {}, onChange: setDraft };
  const words = strings.stop;
  const submit = () => {
    setTried(true);
    if (read.ok) {
      save.mutate({ policies: { stop: read.value } });
    }
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
        <DraftField name="targetMetric" label={accuracy ? words.accuracy : words.rmse} {...field} />
        <DraftField
          name="epistemicNats"
          label={`${words.epistemic}, ${doubtUnit(project.labelSchema)}`}
          {...field}
        />
        <DraftField name="labelBudget" label={words.budget} {...field} />
        <DraftField
          name="totalDoubt"
          label={`${words.total}, ${doubtUnit(project.labelSchema)}`}
          {...field}
        />
        <DraftField
          name="leastGain"
          label={accuracy ? words.gainAccuracy : words.gainRmse}
          hint={words.gainHint}
          {...field}
        />
        <DraftField
          name="agreement"
          label={words.agreement}
          hint={words.agreementHint}
          {...field}
        />
      </div>
    </Section>
  );
}
