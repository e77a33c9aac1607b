import { errorFunction } from '../../error-function.js';
import { permutation } from '../../random/choice.js';
import { stream } from '../../random/stream.js';

/** Points at which Gaussian outputs are integrated. */
export const POINTS = 32;

/**
 * `POINTS` standard normal points [K, m] of equal weight, the same for every item and model: on
 * every axis the middles of K equally likely parts, scaled to a variance of one, in pairs of
 * opposite sign, and shuffled against the other axes (Latin hypercube). The first axis is in order.
 * Mean 0 exactly and variance 1 of each axis.
 * @see McKay, Beckman & Conover 1979 (Latin hypercube sampling)
 */
export function normalPoints(axes: number): Float64Array {
  const half = POINTS / 2;
  const places = Float64Array.from({ length: half }, (_, k) =>
    normalQuantile(0.5 + (k + 0.5) / POINTS),
  );
  const scale = Math.sqrt(half / places.reduce((sum, z) => sum + z * z, 0));
  const points = new Float64Array(POINTS * axes);
  const source = stream(0).split('normal points');
  for (let axis = 0; axis < axes; axis++) {
    const order = permutation(source.split('order').at(axis), half);
    const signs = permutation(source.split('sign').at(axis), half);
    for (let k = 0; k < half; k++) {
      const place = axis === 0 ? k : order[k]!;
      const sign = axis === 0 || signs[k]! % 2 === 0 ? 1 : -1;
      points[k * axes + axis] = sign * places[place]! * scale;
      points[(k + half) * axes + axis] = -points[k * axes + axis]!;
    }
  }
  return points;
}

/** z with Phi(z) = p, for p from 1/2 to 1, by halving [0, 9]. */
function normalQuantile(p: number): number {
  let [low, high] = [0, 9];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if ((1 + errorFunction(middle * Math.SQRT1_2)) / 2 < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
