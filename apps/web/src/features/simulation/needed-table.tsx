import type { AcquisitionRule, Simulation } from '@dubio/contracts';
import { RULES } from '@dubio/contracts/catalogue';
import { IntervalMark } from '@/charts/marks/interval-mark';
import {
  type Goal,
  labelsNeeded,
  type Needed,
  type RuleSummary,
  summariseRules,
  writeNeeded,
} from '@/charts/simulation-curves/aggregate';
import { ruleColour, ruleName } from '@/charts/simulation-curves/rule-names';
import { ClassName, classColour } from '@/components/ui/chip';
import { NoValue, Table, Td, Th } from '@/components/ui/table';
import {
  formatCount,
  formatDuration,
  formatMetric,
  formatNumber,
  formatPercent,
} from '@/lib/format';

type NeededTableProps = {
  readonly simulation: Simulation;
  /** From easy to hard; the last one is drawn. */
  readonly targets: readonly number[];
  readonly inUse: AcquisitionRule;
};

/** How many labels each rule needs for each target, with quartiles, best first. */
export function NeededTable({ simulation, targets, inUse }: NeededTableProps) {
  const { metricName, spec, replays } = simulation;
  const write = (value: number) =>
    metricName === 'accuracy' ? formatPercent(value, 0) : formatNumber(value);
  const goals = targets.map((target): Goal => ({ metricName, target }));
  const main = goals.at(-1);
  const easier = goals.slice(0, -1);
  const rows = summariseRules(replays)
    .map((summary) => ({
      summary,
      needed: main === undefined ? null : labelsNeeded(replays, summary.rule, main),
    }))
    .sort((a, b) => order(a.needed) - order(b.needed));
  return (
    <Table label={strings(simulation)} className="sim-table num">
      <thead>
        <tr>
          <Th>Acquisition</Th>
          <Th className="sim-asks">What it asks for</Th>
          {easier.map((goal) => (
            <Th right className="hide-s" key={goal.target}>
              to {write(goal.target)}
            </Th>
          ))}
          {main === undefined ? null : <Th right>to {write(main.target)}</Th>}
          <Th className="sim-box">
            <span className="row spread">
              <span>0</span>
              <span>{formatCount(spec.endLabels)}</span>
            </span>
          </Th>
          <Th right>at {formatCount(spec.endLabels)}</Th>
          <Th right>Seeds</Th>
          <Th right>Scoring</Th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ summary, needed }) => (
          <tr key={summary.rule}>
            <Td>
              <b className="med">
                <ClassName index={ruleColour(summary.rule)} name={ruleName(summary.rule)} />
              </b>{' '}
              {summary.rule === inUse ? <span className="t3 wide-only">in use</span> : null}
            </Td>
            <Td className="t2 sim-asks">{RULES[summary.rule].asks}</Td>
            {easier.map((goal) => (
              <Td right className="hide-s" key={goal.target}>
                <Median needed={labelsNeeded(replays, summary.rule, goal)} end={spec.endLabels} />
              </Td>
            ))}
            <Td right>
              <WithQuartiles needed={needed} end={spec.endLabels} />
            </Td>
            <Td className="sim-box">
              {needed === null ? null : (
                <IntervalMark
                  value={needed.median}
                  low={needed.low}
                  high={needed.high}
                  from={0}
                  to={spec.endLabels}
                  colour={classColour(ruleColour(summary.rule))}
                  text={`${ruleName(summary.rule)}: median ${writeNeeded(needed.median, spec.endLabels)} labels`}
                />
              )}
            </Td>
            <Td right>{atEnd(summary, simulation)}</Td>
            <Td right>
              {summary.done} of {summary.seeds}
            </Td>
            <Td right>
              {summary.scoringSeconds === null ? 'none' : formatDuration(summary.scoringSeconds)}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

const strings = (simulation: Simulation): string =>
  `Labels needed by rule, ${simulation.replays.length} replays`;

const order = (needed: Needed | null): number => {
  if (needed === null) {
    return Number.MAX_VALUE;
  }
  return Number.isFinite(needed.median) ? needed.median : Number.MAX_VALUE / 2;
};

function atEnd(summary: RuleSummary, simulation: Simulation) {
  const last = summary.points.at(-1);
  return last == null ? (
    <NoValue why="Not there yet" />
  ) : (
    formatMetric(simulation.metricName, last.median)
  );
}

function Median({ needed, end }: { readonly needed: Needed | null; readonly end: number }) {
  return needed === null ? <NoValue why="No seed has finished" /> : writeNeeded(needed.median, end);
}

function WithQuartiles({ needed, end }: { readonly needed: Needed | null; readonly end: number }) {
  if (needed === null) {
    return <NoValue why="No seed has finished" />;
  }
  return (
    <>
      <b className="med">{writeNeeded(needed.median, end)}</b>{' '}
      {needed.low === null || needed.high === null ? null : (
        <span className="t3">
          {writeNeeded(needed.low, end)} to {writeNeeded(needed.high, end)}
        </span>
      )}
    </>
  );
}
