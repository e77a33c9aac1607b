import { ENOUGH_HELD_OUT } from '@dubio/active-learning';
import type { RoundMetrics } from '@dubio/contracts';

const ROUNDS_LOOKED_BACK = 3;

const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
export const nats = (value: number) => `${value.toFixed(2)} nats`;
export const count = (n: number, noun: string) =>
  `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;

export const shownMetric = (metrics: RoundMetrics, value: number): string =>
  metrics.metricName === 'accuracy' ? percent(value) : value.toPrecision(3);

/**
 * The newest of the rounds that have a figure, and the one it is compared with; null when there is
 * none.
 */
function lastStretch(all: readonly RoundMetrics[], figure: 'metric' | 'epistemicMean') {
  const known = all.filter((metrics) => metrics[figure] !== null);
  const last = known.at(-1);
  const rounds = Math.min(ROUNDS_LOOKED_BACK, known.length - 1);
  const earlier = known.at(-1 - rounds);
  const [now, before] = [last?.[figure], earlier?.[figure]];
  if (last === undefined || now == null || before == null) return null;
  return { last, now, before, rounds };
}

/** What the last rounds gained, as a sentence; empty when there are too few to compare. */
export function gainSentence(all: readonly RoundMetrics[]): string {
  const stretch = lastStretch(all, 'metric');
  if (stretch === null || stretch.rounds < 1) return '';
  const { last, now, before, rounds } = stretch;
  const span = rounds === 1 ? 'The last round' : `The last ${rounds} rounds`;
  if (last.metricName === 'rmse') {
    const less = before - now;
    return less >= 0
      ? `${span} took ${less.toPrecision(2)} off the error. `
      : `${span} added ${(-less).toPrecision(2)} to the error. `;
  }
  const points = (now - before) * 100;
  const word = points >= 0 ? 'gained' : 'lost';
  return `${span} ${word} ${Math.abs(points).toFixed(1)} points of accuracy. `;
}

/**
 * Whether the curve can be read yet, and whether its last stretch is larger than what chance moves
 * it by.
 */
export function trendSentence(all: readonly RoundMetrics[]): string {
  const stretch = lastStretch(all, 'metric');
  if (stretch === null) return 'No item is held out, so nothing says how good the model is.';
  const { last, now, before, rounds } = stretch;
  if (last.heldOut < ENOUGH_HELD_OUT) {
    return `Too early to tell: ${count(last.heldOut, 'held-out item')}, ${ENOUGH_HELD_OUT} are needed.`;
  }
  if (rounds < 1 || last.metricLow === null || last.metricHigh === null) {
    return 'Too early to tell: a trend needs a second round.';
  }
  const half = (last.metricHigh - last.metricLow) / 2;
  const interval = `the ± ${last.metricName === 'accuracy' ? (half * 100).toFixed(1) : half.toPrecision(2)} of its 95 % interval`;
  const better = last.metricName === 'accuracy' ? now - before : before - now;
  if (better > half) return `That is more than ${interval}: labels still help.`;
  if (better < -half)
    return `That is more than ${interval}: look at what the last round learnt from.`;
  return rounds < ROUNDS_LOOKED_BACK
    ? `That is less than ${interval}: too early to tell.`
    : `That is less than ${interval}: the curve may be flat.`;
}

/** The uncertainty that is left, beside what it was; empty when nothing was scored. */
export function uncertaintySentence(all: readonly RoundMetrics[]): string {
  const stretch = lastStretch(all, 'epistemicMean');
  if (stretch === null) return '';
  const { last, now, before, rounds } = stretch;
  const show = (value: number) =>
    last.metricName === 'accuracy' ? nats(value) : `${value.toPrecision(2)} squared units`;
  const ago = rounds === 1 ? 'a round ago' : `${rounds} rounds ago`;
  const was = rounds < 1 ? '' : `, ${show(before)} ${ago}`;
  return `Mean epistemic uncertainty of the pool is ${show(now)}${was}. `;
}
