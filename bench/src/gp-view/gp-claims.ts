import { median } from '../framework/statistics.js';
import { EDGE } from './curve-data.js';
import type { View } from './views.js';

/** Where uncertainty is looked at: how many times as far from the middle as the outermost data. */
export const REACHES = [1.5, 3, 6] as const;

export type ViewClaims = {
  /** Median standard deviation of the function among the data. */
  readonly inside: number;
  /** Mean of both sides, at each reach. */
  readonly outside: readonly number[];
  /**
   * Uncertainty at the farthest reach over that at half of it: 2 where it grows along with the
   * distance, 1 where it stays.
   */
  readonly growth: number;
};

export function viewClaims(places: ArrayLike<number>, { deviation }: View): ViewClaims {
  const outside = REACHES.map((reach) => {
    const sides = [-1, 1].map((side) => deviation[nearest(places, side * reach * EDGE)]!);
    return (sides[0]! + sides[1]!) / 2;
  });
  return {
    inside: median(deviation.filter((_, i) => Math.abs(places[i]!) <= EDGE)),
    outside,
    growth: outside.at(-1)! / outside.at(-2)!,
  };
}

export type Agreement = {
  /** Root mean squared distance of the means among the data, in spreads of the target. */
  readonly meanApart: number;
  /**
   * Ratio of standard deviations to those of the exact process: median inside, and at each reach.
   */
  readonly insideRatio: number;
  readonly outsideRatios: readonly number[];
  /** Correlation of ln(standard deviation) over all places. */
  readonly shape: number;
};

/** How close a network comes to the exact process. */
export function agreement(places: ArrayLike<number>, view: View, exact: View): Agreement {
  const inside = view.mean.flatMap((mean, i) =>
    Math.abs(places[i]!) <= EDGE ? [(mean - exact.mean[i]!) ** 2] : [],
  );
  const [own, other] = [viewClaims(places, view), viewClaims(places, exact)];
  return {
    meanApart: Math.sqrt(inside.reduce((sum, x) => sum + x, 0) / inside.length),
    insideRatio: own.inside / other.inside,
    outsideRatios: own.outside.map((value, i) => value / other.outside[i]!),
    shape: correlation(view.deviation.map(Math.log), exact.deviation.map(Math.log)),
  };
}

function nearest(places: ArrayLike<number>, at: number): number {
  let best = 0;
  for (let i = 1; i < places.length; i++)
    if (Math.abs(places[i]! - at) < Math.abs(places[best]! - at)) best = i;
  return best;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return (
    product(a, meanA, b, meanB) /
    Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB))
  );
}
