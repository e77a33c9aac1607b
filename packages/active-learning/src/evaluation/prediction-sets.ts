import { type ConformalMethod, conformalSets } from '../calibration/conformal.js';
import { wilsonInterval } from '../calibration/proportion.js';
import { rateOf } from './calibration-scores.js';

/** What belongs into a set: everything whose score is within the limit. */
export type SetLimit = { readonly method: 'split' | 'adaptive'; readonly limit: number };

/** Conformal scores by the names that people choose between. */
export const SET_METHODS = {
  split: 'lac',
  adaptive: 'aps',
} as const satisfies Record<SetLimit['method'], ConformalMethod>;

/** Files and workers round probabilities differently by less than this; on the safe side. */
const ROUNDING = 1e-6;

/** The class indexes whose score is within the limit, and always the favourite. */
export function classesWithin(probs_C: ArrayLike<number>, { method, limit }: SetLimit): number[] {
  const { member_N_C } = conformalSets(
    probs_C,
    { rows: 1, classes: probs_C.length },
    { method: SET_METHODS[method], limit: limit + ROUNDING },
  );
  return [...member_N_C.keys()].filter((c) => member_N_C[c] === 1);
}

/** As many predicted standard deviations to both sides as the limit says. */
export function intervalWithin(mean: number, variance: number, { limit }: SetLimit) {
  const half = limit * Math.sqrt(variance);
  return { low: mean - half, high: mean + half };
}

/** The share of measured scores within a limit, with a Wilson interval; null without any. */
export function coverageWithin(scores_N: Float32Array, limit: number) {
  const inside = scores_N.reduce((count, score) => count + (score <= limit ? 1 : 0), 0);
  return rateOf(wilsonInterval(inside, scores_N.length), scores_N.length);
}
