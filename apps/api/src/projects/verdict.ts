import { currentStopReasons, ENOUGH_HELD_OUT } from '@dubio/active-learning';
import type { Policies, Project, RoundMetrics } from '@dubio/contracts';
import {
  count,
  gainSentence,
  nats,
  shownMetric,
  trendSentence,
  uncertaintySentence,
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
  'No stop rule is set: give a target, a limit of uncertainty or a budget, and this page says when it is met.';

/** Rules that the last figures and today's labels decide, in words for people. */
function currentMet(input: VerdictInput, last: RoundMetrics | undefined): Verdict | null {
  const [reason] = currentStopReasons(last, input.labelCount, input.policies);
  if (reason === undefined) return null;
  const { code, value, limit } = reason;
  if (code === 'target-reached' && last) {
    const name = last.metricName === 'accuracy' ? 'Accuracy' : 'The error';
    return {
      headline: 'The target is met',
      reason: `${name} is ${shownMetric(last, value)} on ${count(last.heldOut, 'held-out item')}; the target is ${shownMetric(last, limit)}. More labels are not needed for it.`,
      rule: 'target',
      met: true,
    };
  }
  if (code === 'epistemic-uncertainty-low') {
    return {
      headline: 'Epistemic uncertainty is low',
      reason: `Mean epistemic uncertainty of the pool is ${nats(value)}, below the ${nats(limit)} that you set. More labels would teach little.`,
      rule: 'epistemic-uncertainty',
      met: true,
    };
  }
  return {
    headline: 'The budget is spent',
    reason: `${count(value, 'label')} of a budget of ${limit.toLocaleString('en')}.`,
    rule: 'budget',
    met: true,
  };
}

const HISTORY_RULES = {
  'total-uncertainty-low': { headline: 'Total uncertainty is low', rule: 'total-uncertainty' },
  'curve-flat': { headline: 'The curve is flat', rule: 'flat-curve' },
  'answers-stable': { headline: 'The answers no longer change', rule: 'stable-answers' },
} as const;

/** Rules that looked at the history when the last round was ready, and are still set. */
function historyMet(stop: Policies['stop'], last: RoundMetrics | undefined): Verdict | null {
  const limits = {
    'total-uncertainty-low': stop.totalUncertainty,
    'curve-flat': stop.leastGain,
    'answers-stable': stop.agreement,
  };
  const reason = last?.stop.find(({ code, limit }) => limits[code] === limit);
  if (reason === undefined) return null;
  return { ...HISTORY_RULES[reason.code], reason: reason.sentence, met: true };
}

function firstRule(stop: Policies['stop']): Verdict['rule'] {
  if (stop.targetMetric !== null) return 'target';
  if (stop.epistemicNats !== null) return 'epistemic-uncertainty';
  if (stop.labelBudget !== null) return 'budget';
  if (stop.totalUncertainty !== null) return 'total-uncertainty';
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
    waits.push(`a mean epistemic uncertainty under ${nats(stop.epistemicNats)}`);
  }
  if (stop.labelBudget !== null) waits.push(count(stop.labelBudget, 'label'));
  if (stop.totalUncertainty !== null)
    waits.push(`a mean total uncertainty under ${stop.totalUncertainty}`);
  if (stop.leastGain !== null) waits.push('a flat curve');
  if (stop.agreement !== null) waits.push('answers that no longer change');
  if (waits.length === 0) {
    const sentence = `${trendSentence(metrics)} ${uncertaintySentence(metrics)}${SET_A_RULE}`;
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
  const met = currentMet(input, last) ?? historyMet(stop, last);
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
