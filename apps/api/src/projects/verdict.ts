import type { Policies, Project, RoundMetrics } from '@dubio/contracts';
import {
  count,
  doubtSentence,
  ENOUGH_HELD_OUT,
  gainSentence,
  nats,
  shownMetric,
  trendSentence,
} from './trend-words.js';

type Verdict = Project['verdict'];

export type VerdictInput = {
  policies: Policies;
  labelCount: number;
  labelsUntilRound: number | null;
  nextRound: number;
  /** Metrics of finished rounds, oldest first. */
  metrics: readonly RoundMetrics[];
};

const SET_A_RULE =
  'No stop rule is set: give a target, a doubt or a budget, and this page says when it is met.';

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

const HISTORY_RULES = {
  'overall-doubt-low': { headline: 'Little doubt is left', rule: 'overall-doubt' },
  'curve-flat': { headline: 'The curve is flat', rule: 'flat-curve' },
  'answers-stable': { headline: 'The answers no longer change', rule: 'stable-answers' },
} as const;

/** Rules that looked at the history when the last round was ready, and are still set. */
function historyMet(stop: Policies['stop'], last: RoundMetrics | undefined): Verdict | null {
  const limits = {
    'overall-doubt-low': stop.totalDoubt,
    'curve-flat': stop.leastGain,
    'answers-stable': stop.agreement,
  };
  const reason = last?.stop.find(({ code, limit }) => limits[code] === limit);
  if (reason === undefined) return null;
  return { ...HISTORY_RULES[reason.code], reason: reason.sentence, met: true };
}

function firstRule(stop: Policies['stop']): Verdict['rule'] {
  if (stop.targetMetric !== null) return 'target';
  if (stop.epistemicNats !== null) return 'doubt';
  if (stop.labelBudget !== null) return 'budget';
  if (stop.totalDoubt !== null) return 'overall-doubt';
  return stop.leastGain !== null ? 'flat-curve' : 'stable-answers';
}

/** What the stop rules wait for, as a sentence; names the rule that is asked first. */
function waitingFor(
  stop: Policies['stop'],
  metrics: readonly RoundMetrics[],
): { sentence: string; rule: Verdict['rule'] } {
  const last = metrics.at(-1);
  const waits: string[] = [];
  if (stop.targetMetric !== null) {
    const shown = last ? shownMetric(last, stop.targetMetric) : String(stop.targetMetric);
    waits.push(last?.metricName === 'rmse' ? `an error of ${shown}` : `accuracy of ${shown}`);
  }
  if (stop.epistemicNats !== null) {
    waits.push(`a mean epistemic doubt under ${nats(stop.epistemicNats)}`);
  }
  if (stop.labelBudget !== null) waits.push(count(stop.labelBudget, 'label'));
  if (stop.totalDoubt !== null) waits.push(`a mean doubt of either kind under ${stop.totalDoubt}`);
  if (stop.leastGain !== null) waits.push('a flat curve');
  if (stop.agreement !== null) waits.push('answers that no longer change');
  if (waits.length === 0) {
    const sentence = `${trendSentence(metrics)} ${doubtSentence(metrics)}${SET_A_RULE}`;
    return { sentence, rule: 'none' };
  }
  const rule = firstRule(stop);
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
  const met =
    targetMet(stop, last) ??
    doubtMet(stop, last) ??
    budgetMet(stop, input.labelCount) ??
    historyMet(stop, last);
  if (met !== null) return met;
  if (last === undefined) {
    const reason =
      input.labelsUntilRound === null
        ? 'No model yet. Start the first round when there are enough labels.'
        : `No model yet. ${count(input.labelsUntilRound, 'more label')} and round ${input.nextRound} starts by itself.`;
    return { headline: 'Keep labelling', reason, rule: 'none', met: false };
  }
  const { sentence, rule } = waitingFor(stop, input.metrics);
  const reason = `${gainSentence(input.metrics)}${sentence}`;
  return { headline: 'Keep labelling', reason, rule, met: false };
}
