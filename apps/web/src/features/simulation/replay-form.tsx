'use client';

import type { AcquisitionRule, Project, Simulation } from '@dubio/contracts';
import {
  type Field as CatalogueField,
  namesOf,
  REPLAY,
  RULES,
  rulesFor,
} from '@dubio/contracts/catalogue';
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
import { type ReplayForm as Form, readForm } from './prepare-form';
import { strings } from './strings';

const hintOf = ({ hint }: CatalogueField) => (hint === undefined ? {} : { hint });

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
            {namesOf(REPLAY).map((field) => (
              <Field
                key={field}
                label={REPLAY[field].label}
                error={errors[field]}
                {...hintOf(REPLAY[field])}
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
    seeds: String(spec?.seeds ?? REPLAY.seeds.default),
    startLabels: String(spec?.startLabels ?? REPLAY.startLabels.default),
    batch: String(spec?.batch ?? REPLAY.batch.default),
    endLabels: String(spec?.endLabels ?? REPLAY.endLabels.default),
    poolSize: String(
      spec?.poolSize ?? Math.max(REPLAY.poolSize.min, Math.min(REPLAY.poolSize.default, known)),
    ),
  };
}
