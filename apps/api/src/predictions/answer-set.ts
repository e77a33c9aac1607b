import type { AnswerSet } from '@dubio/contracts';
import type { SetLimit } from './set-limits.js';

/** Files and workers round probabilities differently by less than this; on the safe side. */
const ROUNDING = 1e-6;

/** The choices whose score is within the limit, and always the favourite. */
export function choiceSet(
  values: readonly string[],
  probabilities: Float32Array,
  { method, limit }: SetLimit,
): AnswerSet {
  const greatest = Math.max(...probabilities);
  const favourite = probabilities.indexOf(greatest);
  const scoreOf = (p: number) =>
    method === 'split'
      ? 1 - p
      : probabilities.reduce((sum, other) => sum + (other >= p ? other : 0), 0);
  const choices = values.filter((_, c) => {
    return c === favourite || scoreOf(probabilities[c] ?? 0) <= limit + ROUNDING;
  });
  return { choices, interval: null };
}

/** As many predicted standard deviations to both sides as the limit says. */
export function numberSet(value: number, variance: number, { limit }: SetLimit): AnswerSet {
  const half = limit * Math.sqrt(variance);
  return { choices: null, interval: { low: value - half, high: value + half } };
}
