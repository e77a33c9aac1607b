import type { Parameters } from '../nn/parameters.js';

/**
 * What is believed of the weights before the rows of a fit: the prior of the spec or nothing, times
 * a Gaussian factor of every uncertain weight,
 *
 *   f(w) = exp( -precision (w - centre)^2 / 2 - slope (w - centre) ).
 *
 * A precision may be 0 or below where the prior is part of the belief; without it, it is above 0.
 * Written around a centre near the weights, no term of the loss is a small difference of large
 * numbers.
 */
export type Belief = {
  readonly prior: boolean;
  /**
   * `<slot>.factor.precision`, `<slot>.factor.centre` and `<slot>.factor.slope`, each of the shape
   * of the slot.
   */
  readonly factors: Parameters;
};

export type FactorPart = 'precision' | 'centre' | 'slope';

export function factorName(slotName: string, part: FactorPart): string {
  return `${slotName}.factor.${part}`;
}
