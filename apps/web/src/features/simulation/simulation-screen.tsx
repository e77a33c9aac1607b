'use client';

import type { Project, Simulation } from '@dubio/contracts';
import { useState } from 'react';
import { chooseTargets, type Goal, summariseRules } from '@/charts/simulation-curves/aggregate';
import { prepareVerdict } from '@/charts/simulation-curves/prepare-verdict';
import { ruleColour, ruleName } from '@/charts/simulation-curves/rule-names';
import { SimulationCurvesChart } from '@/charts/simulation-curves/simulation-curves';
import { ScreenFailure } from '@/components/shell/screen-failure';
import { Button } from '@/components/ui/button';
import { ClassName } from '@/components/ui/chip';
import { ConfirmDialog } from '@/components/ui/dialog';
import { PageHead, Panel } from '@/components/ui/panel';
import { ChartSkeleton } from '@/components/ui/states';
import { useProject } from '@/lib/project';
import { useCan } from '@/lib/session';
import { useSimulationActions } from './actions';
import { NeededTable } from './needed-table';
import { useSimulations } from './queries';
import { ReplayForm } from './replay-form';
import { ReplaysPanel } from './replays-panel';
import { SetUpPanel } from './set-up-panel';
import './simulation.css';
import { strings } from './strings';

/** What a rule is worth on this data: replays of the loop on known answers. */
export function SimulationScreen() {
  const project = useProject();
  const simulations = useSimulations(project.id);
  const [setting, setSetting] = useState(false);
  const newest = simulations.data?.items[0];
  if (simulations.isError && simulations.data === undefined) {
    return <ScreenFailure error={simulations.error} />;
  }
  if (simulations.data === undefined) {
    return (
      <Panel title={strings.title}>
        <ChartSkeleton label="Loading the replays" />
      </Panel>
    );
  }
  if (newest === undefined || setting) {
    return <ReplayForm project={project} last={newest ?? null} onDone={() => setSetting(false)} />;
  }
  return <Replayed project={project} simulation={newest} onChange={() => setSetting(true)} />;
}

function Replayed(props: {
  readonly project: Project;
  readonly simulation: Simulation;
  readonly onChange: () => void;
}) {
  const { project, simulation } = props;
  const { replays, metricName, spec } = simulation;
  const inUse = project.acquisition.rule;
  const targets = chooseTargets(summariseRules(replays), metricName);
  const target = targets.at(-1) ?? null;
  const goal: Goal | null = target === null ? null : { metricName, target };
  const verdict = prepareVerdict({ replays, goal, inUse, end: spec.endLabels });
  const input = { replays, metricName, end: spec.endLabels, target, inUse };
  return (
    <>
      <PageHead
        title={verdict.headline}
        sub={<span className="num">{verdict.sub}</span>}
        actions={<Actions {...props} use={verdict.use} />}
      />
      <div className="sim-grid">
        <Panel
          title={strings.curves[metricName]}
          meta={
            <span className="wide-only">
              line: median of the seeds; band: quartiles, for the best rule and random
            </span>
          }
        >
          <SimulationCurvesChart input={input} />
          <p className="narrow-only sim-legend xs">
            {spec.rules.map((rule) => (
              <ClassName key={rule} index={ruleColour(rule)} name={ruleName(rule)} />
            ))}
          </p>
          <p className="narrow-only cap">
            Line: median of the seeds. Band: quartiles, for the best rule and random.
          </p>
        </Panel>
        <div className="sim-column">
          <ReplaysPanel project={project} simulation={simulation} />
          <SetUpPanel project={project} simulation={simulation} onChange={props.onChange} />
        </div>
      </div>
      {targets.length === 0 ? null : (
        <Panel title={strings.needed} meta={strings.neededMeta} className="sim-needed">
          <NeededTable simulation={simulation} targets={targets} inUse={inUse} />
        </Panel>
      )}
    </>
  );
}

function Actions(props: {
  readonly project: Project;
  readonly simulation: Simulation;
  readonly onChange: () => void;
  readonly use: Project['acquisition']['rule'] | null;
}) {
  const { project, simulation, use } = props;
  const [asking, setAsking] = useState(false);
  const { cancel, adopt } = useSimulationActions(project);
  const canManage = useCan('simulation.manage');
  const canUpdate = useCan('project.update');
  const running = simulation.state === 'running' || simulation.state === 'queued';
  if (!canManage) {
    return null;
  }
  return (
    <>
      {running ? (
        <Button onClick={() => setAsking(true)}>{strings.cancel.button}</Button>
      ) : (
        <Button onClick={props.onChange}>{strings.newReplay}</Button>
      )}
      {use !== null && canUpdate ? (
        <Button kind="primary" working={adopt.isPending} onClick={() => adopt.mutate(use)}>
          {strings.use(ruleName(use))}
        </Button>
      ) : null}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={strings.cancel.title}
        description={strings.cancel.detail}
        keep={strings.cancel.keep}
        go={strings.cancel.go}
        working={cancel.isPending}
        onGo={() => cancel.mutate(simulation, { onSettled: () => setAsking(false) })}
      />
    </>
  );
}
