'use client';

import type { AcquisitionRule, Project, Simulation } from '@dubio/contracts';
import { RULES, rulesFor } from '@dubio/contracts/catalogue';
import { useState } from 'react';
import { ruleName } from '@/charts/simulation-curves/rule-names';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { PageHead, Panel } from '@/components/ui/panel';
import { Checkbox } from '@/components/ui/toggle';
import { describeError } from '@/lib/api/client';
import { plural } from '@/lib/format';
import { useCan } from '@/lib/session';
import { useSimulationActions } from './actions';
import { type ReplayForm as Form, type FormField, readForm } from './prepare-form';
import { strings } from './strings';

const NUMBERS: readonly { field: Exclude<FormField, 'rules'>; label: string; hint?: string }[] = [
  { field: 'seeds', label: strings.form.seeds, hint: strings.form.seedsHint },
  { field: 'startLabels', label: strings.form.start },
  { field: 'batch', label: strings.form.batch },
  { field: 'endLabels', label: strings.form.end },
  { field: 'poolSize', label: strings.form.pool },
];

/** Which rules, how many seeds, how far: then the replays start. */
export function ReplayForm(props: {
  readonly project: Project;
  readonly last: Simulation | null;
  readonly onDone: () => void;
}) {
  const { project, last } = props;
  const [form, setForm] = useState<Form>(() => firstForm(project, last));
  const [tried, setTried] = useState(false);
  const { start } = useSimulationActions(project);
  const canManage = useCan('simulation.manage');
  const read = readForm(form);
  const errors = tried && 'errors' in read ? read.errors : {};
  const submit = () => {
    setTried(true);
    if ('spec' in read) {
      start.mutate(read.spec, { onSuccess: props.onDone });
    }
  };
  const toggle = (rule: AcquisitionRule, on: boolean) =>
    setForm({
      ...form,
      rules: rulesFor(project.labelSchema).filter((one) =>
        one === rule ? on : form.rules.includes(one),
      ),
    });
  return (
    <>
      <PageHead
        title={last === null ? strings.none.title : strings.form.title}
        sub={strings.none.detail}
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Panel title={strings.form.rules} className="mb-3">
          <ul className="sim-rules">
            {rulesFor(project.labelSchema).map((rule) => (
              <li key={rule}>
                <Checkbox checked={form.rules.includes(rule)} onChange={(on) => toggle(rule, on)}>
                  <span className="med">{ruleName(rule)}</span>{' '}
                  <span className="t3">
                    {RULES[rule].asks}
                    {rule === project.acquisition.rule ? '; in use' : ''}
                  </span>
                </Checkbox>
              </li>
            ))}
          </ul>
          {errors.rules === undefined ? null : (
            <p className="sim-failure xs">
              <Icon name="warning" />
              {errors.rules}
            </p>
          )}
        </Panel>
        <Panel title={strings.setUp}>
          <div className="sim-fields">
            {NUMBERS.map(({ field, label, hint }) => (
              <Field
                key={field}
                label={label}
                error={errors[field]}
                {...(hint === undefined ? {} : { hint })}
              >
                {(control) => (
                  <Input
                    {...control}
                    className="num"
                    inputMode="numeric"
                    value={form[field]}
                    onChange={(event) => setForm({ ...form, [field]: event.target.value })}
                  />
                )}
              </Field>
            ))}
          </div>
          {start.error === null ? null : (
            <p className="sim-failure sm" role="alert">
              <Icon name="warning" />
              {describeError(start.error).title} {describeError(start.error).detail}
            </p>
          )}
          <div className="row wrap mt-3">
            <Button kind="primary" type="submit" working={start.isPending} disabled={!canManage}>
              {strings.form.go}
            </Button>
            {last === null ? null : <Button onClick={props.onDone}>{strings.form.back}</Button>}
            <span className="xs t3 num">
              {'spec' in read ? plural(read.spec.rules.length * read.spec.seeds, 'replay') : ''}
            </span>
          </div>
        </Panel>
      </form>
    </>
  );
}

function firstForm(project: Project, last: Simulation | null): Form {
  const spec = last?.spec;
  const kind = project.labelSchema.fields[0]?.kind ?? 'choice';
  const fresh: AcquisitionRule[] =
    kind === 'number'
      ? ['random', project.acquisition.rule]
      : ['random', 'margin', 'bald', project.acquisition.rule];
  const known = project.counts.labelled + project.counts.pool;
  return {
    rules: spec?.rules ?? rulesFor(project.labelSchema).filter((rule) => fresh.includes(rule)),
    seeds: String(spec?.seeds ?? 3),
    startLabels: String(spec?.startLabels ?? 20),
    batch: String(spec?.batch ?? 10),
    endLabels: String(spec?.endLabels ?? 200),
    poolSize: String(spec?.poolSize ?? Math.max(10, Math.min(2000, known))),
  };
}
