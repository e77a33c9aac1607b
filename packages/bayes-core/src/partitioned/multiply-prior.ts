import type { ExpectedSlopes } from '../prior/expected-slopes.js';

export type GaussianPoint = { readonly precision: number; readonly shift: number };

const MOST_STEPS = 200;
const CLOSE = 1e-9;

/**
 * The Gaussian nearest to prior(w) exp(-precision w^2 / 2 + shift w) in KL(q || .), for a prior
 * that is not Gaussian: the fixed point of precision_q = precision - E_q (ln p)'', shift_q = shift
 * + E_q (ln p)' - m E_q (ln p)'', by half steps from `start` (Khan & Lin 2017). A half step that
 * would leave no precision is halved again. There may be several fixed points, as spike and slab
 * are two hills: the one whose hill `start` stands on is found.
 */
export function multiplyPrior(
  slopesAt: (mean: number, deviation: number) => ExpectedSlopes,
  factor: GaussianPoint,
  start: GaussianPoint,
): GaussianPoint {
  let { precision, shift } = start;
  for (let step = 0; step < MOST_STEPS; step++) {
    const mean = shift / precision;
    const { slope, curvature } = slopesAt(mean, 1 / Math.sqrt(precision));
    const wanted = factor.precision - curvature;
    const change = wanted - precision;
    const shiftChange = factor.shift + slope - mean * curvature - shift;
    // In deviations of q, so that it means the same for every weight.
    const distance =
      Math.abs(change) / precision + Math.abs(shiftChange - mean * change) / Math.sqrt(precision);
    if (distance < CLOSE) break;
    let length = 0.5;
    while (precision + length * change < precision / 4) length /= 2;
    precision += length * change;
    shift += length * shiftChange;
  }
  return { precision, shift };
}
