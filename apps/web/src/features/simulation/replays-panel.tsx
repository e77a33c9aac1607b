'use client';

import type { Project, Replay, Simulation } from '@dubio/contracts';
import { ruleName } from '@/charts/simulation-curves/rule-names';
import { Icon } from '@/components/icons/icon';
import { Panel } from '@/components/ui/panel';
import { formatCount } from '@/lib/format';
import { useCan } from '@/lib/session';
import { writeTimeLeft } from '../rounds/prepare-stages';
import { useSimulationActions } from './actions';
import { strings } from './strings';

type ReplaysPanelProps = { readonly project: Project; readonly simulation: Simulation };

/** A square for each rule and seed: done, running, failed or still to come. */
export function ReplaysPanel({ project, simulation }: ReplaysPanelProps) {
  const { replays, spec } = simulation;
  const done = replays.filter((replay) => replay.state === 'done').length;
  const failed = replays.filter((replay) => replay.state === 'failed');
  const open = simulation.state === 'running' || simulation.state === 'queued';
  const seeds = [...new Set(replays.map((replay) => replay.seed))].sort((a, b) => a - b);
  return (
    <Panel
      title={strings.replays}
      meta={
        <span className="num">{`${formatCount(done)} of ${formatCount(replays.length)} done`}</span>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key */}
      <section className="scroll-x" tabIndex={0} aria-label="Replays by rule and seed">
        <table className="sim-runs num">
          <thead>
            <tr>
              <th scope="col">seed</th>
              {seeds.map((seed, index) => (
                <th scope="col" key={seed} title={`seed ${seed}`}>
                  {index + 1}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {spec.rules.map((rule) => (
              <tr key={rule}>
                <th scope="row">{ruleName(rule)}</th>
                {seeds.map((seed) => (
                  <ReplayCell
                    key={seed}
                    end={spec.endLabels}
                    replay={replays.find((one) => one.rule === rule && one.seed === seed)}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {open || failed.length > 0 ? <hr /> : null}
      {open ? (
        <p className="sm num" aria-live="polite">
          <b className="strong">
            {simulation.secondsLeft === null
              ? 'Time left is not known yet'
              : writeTimeLeft(simulation.secondsLeft)}
          </b>
        </p>
      ) : null}
      {failed.length === 0 ? null : (
        <Failures project={project} simulation={simulation} failed={failed} />
      )}
    </Panel>
  );
}

function ReplayCell({
  replay,
  end,
}: {
  readonly replay: Replay | undefined;
  readonly end: number;
}) {
  if (replay === undefined) {
    return <td />;
  }
  const labels = replay.points.at(-1)?.labels ?? 0;
  const at = `${ruleName(replay.rule)}, seed ${replay.seed}`;
  const words = {
    done: `${at}: done`,
    failed: `${at}: failed at ${formatCount(labels)} labels`,
    running: `${at}: running, ${formatCount(labels)} of ${formatCount(end)} labels`,
    waiting: `${at}: waiting`,
    cancelled: `${at}: cancelled`,
  }[replay.state];
  return (
    <td>
      <span className={`sim-cell ${replay.state}`} title={words}>
        <span className="sr">{words}</span>
        {replay.state === 'done' ? <Icon name="check" /> : null}
        {replay.state === 'failed' ? <Icon name="warning" /> : null}
        {replay.state === 'running' ? (
          <span aria-hidden="true">{Math.round(replay.fraction * 100)} %</span>
        ) : null}
      </span>
    </td>
  );
}

function Failures(props: ReplaysPanelProps & { readonly failed: readonly Replay[] }) {
  const { project, simulation, failed } = props;
  const { retry } = useSimulationActions(project);
  const canManage = useCan('simulation.manage');
  const first = failed[0];
  if (first === undefined) {
    return null;
  }
  const labels = first.points.at(-1)?.labels ?? 0;
  const more = failed.length === 1 ? '' : ` ${formatCount(failed.length - 1)} more failed.`;
  return (
    <div className="sim-failure sm">
      <Icon name="warning" />
      <span>
        {ruleName(first.rule)}, seed {first.seed} stopped at {formatCount(labels)} labels:{' '}
        {first.error ?? 'the reason is not known'}.{more} Its points are left out.{' '}
        {canManage ? (
          <button
            type="button"
            className="sim-link"
            disabled={retry.isPending}
            onClick={() => retry.mutate(simulation)}
          >
            {strings.againAll(failed.length)}
          </button>
        ) : null}
      </span>
    </div>
  );
}
