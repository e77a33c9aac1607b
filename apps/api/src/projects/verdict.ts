import type { Policies, Project, RoundMetrics } from '@dubio/contracts';

type Verdict = Project['verdict'];

export type VerdictInput = {
  policies: Policies;
  labelCount: number;
  labelsUntilRound: number | null;
  nextRound: number;
  /** Metrics of finished rounds, oldest first. */
  metrics: readonly RoundMetrics[];
};

/** Below so many held-out items a figure says nothing yet. */
const ENOUGH_HELD_OUT = 30;
const ROUNDS_LOOKED_BACK = 3;

const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
const nats = (value: number) => `${value.toFixed(2)} nats`;
const count = (n: number, noun: string) => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;

const shownMetric = (metrics: RoundMetrics, value: number): string =>
  metrics.metricName === 'accuracy' ? percent(value) : value.toPrecision(3);

/** What the last rounds gained, as a sentence; empty when there are too few to compare. */
function gainSentence(all: readonly RoundMetrics[]): string {
  const known = all.filter((m) => m.metric !== null);
  const last = known.at(-1);
  const rounds = Math.min(ROUNDS_LOOKED_BACK, known.length - 1);
  const earlier = known.at(-1 - rounds);
  if (last?.metric == null || earlier?.metric == null || rounds < 1) return '';
  const span = rounds === 1 ? 'The last round' : `The last ${rounds} rounds`;
  if (last.metricName === 'rmse') {
    const less = earlier.metric - last.metric;
    return less >= 0
      ? `${span} took ${less.toPrecision(2)} off the error. `
      : `${span} added ${(-less).toPrecision(2)} to the error. `;
  }
  const points = (last.metric - earlier.metric) * 100;
  const word = points >= 0 ? 'gained' : 'lost';
  return `${span} ${word} ${Math.abs(points).toFixed(1)} points of accuracy. `;
}

function targetMet(stop: Policies['stop'], last: RoundMetrics | undefined): Verdict | null {
  if (stop.targetMetric === null || last?.metric == null || last.heldOut < ENOUGH_HELD_OUT) {
    return null;
  }
  const met =
    last.metricName === 'accuracy'
      ? last.metric >= stop.targetMetric
      : last.metric <= stop.targetMetric;
  if (!met) return null;
  const name = last.metricName === 'accuracy' ? 'Accuracy' : 'The error';
  return {
    headline: 'The target is met',
    reason: `${name} is ${shownMetric(last, last.metric)} on ${count(last.heldOut, 'held-out item')}; the target is ${shownMetric(last, stop.targetMetric)}. More labels are not needed for it.`,
    rule: 'target',
    met: true,
  };
}

function doubtMet(stop: Policies['stop'], last: RoundMetrics | undefined): Verdict | null {
  if (stop.epistemicNats === null || last?.epistemicMean == null) return null;
  if (last.epistemicMean > stop.epistemicNats) return null;
  return {
    headline: 'The doubt is gone',
    reason: `Mean epistemic doubt of the pool is ${nats(last.epistemicMean)}, below the ${nats(stop.epistemicNats)} that you set. More labels would teach little.`,
    rule: 'doubt',
    met: true,
  };
}

function budgetMet(stop: Policies['stop'], labels: number): Verdict | null {
  if (stop.labelBudget === null || labels < stop.labelBudget) return null;
  return {
    headline: 'The budget is spent',
    reason: `${count(labels, 'label')} of a budget of ${stop.labelBudget.toLocaleString('en')}.`,
    rule: 'budget',
    met: true,
  };
}

/** What the stop rules wait for, as a sentence; names the rule that is asked first. */
function waitingFor(
  stop: Policies['stop'],
  last: RoundMetrics | undefined,
): { sentence: string; rule: Verdict['rule'] } {
  const waits: string[] = [];
  if (stop.targetMetric !== null) {
    const shown = last ? shownMetric(last, stop.targetMetric) : String(stop.targetMetric);
    waits.push(last?.metricName === 'rmse' ? `an error of ${shown}` : `accuracy of ${shown}`);
  }
  if (stop.epistemicNats !== null) {
    waits.push(`a mean epistemic doubt under ${nats(stop.epistemicNats)}`);
  }
  if (stop.labelBudget !== null) waits.push(count(stop.labelBudget, 'label'));
  if (waits.length === 0) return { sentence: 'No stop rule is set.', rule: 'none' };
  const rule =
    stop.targetMetric !== null ? 'target' : stop.epistemicNats !== null ? 'doubt' : 'budget';
  const early =
    stop.targetMetric !== null && last !== undefined && last.heldOut < ENOUGH_HELD_OUT
      ? ` Too early to tell: ${count(last.heldOut, 'held-out item')}, ${ENOUGH_HELD_OUT} are needed.`
      : '';
  return { sentence: `The stop rule waits for ${waits.join(' or ')}.${early}`, rule };
}

/** The sentence that an overview opens with: go on, or stop, and the figures that this rests on. */
export function verdictOf(input: VerdictInput): Verdict {
  const { stop } = input.policies;
  const last = input.metrics.at(-1);
  const met = targetMet(stop, last) ?? doubtMet(stop, last) ?? budgetMet(stop, input.labelCount);
  if (met !== null) return met;
  if (last === undefined) {
    const reason =
      input.labelsUntilRound === null
        ? 'No model yet. Start the first round when there are enough labels.'
        : `No model yet. ${count(input.labelsUntilRound, 'more label')} and round ${input.nextRound} starts by itself.`;
    return { headline: 'Keep labelling', reason, rule: 'none', met: false };
  }
  const { sentence, rule } = waitingFor(stop, last);
  const reason = `${gainSentence(input.metrics)}${sentence}`;
  return { headline: 'Keep labelling', reason, rule, met: false };
}
