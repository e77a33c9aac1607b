import { constant } from '../graph/node.js';
import { add, log, multiply, square, subtract } from '../graph/ops/elementwise.js';
import type { Prior } from './prior.js';

export const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * N(0, s^2). ln p(w) = -w^2 / 2 s^2 - ln s - ln(2 pi)/2;
 * KL( N(m, d^2) || p ) = ln(s / d) + (d^2 + m^2) / 2 s^2 - 1/2.
 */
export function gaussianPrior(deviation: number): Prior {
  const precision = constant(0.5 / deviation ** 2);
  return {
    logDensity: (w) =>
      subtract(constant(-Math.log(deviation) - HALF_LOG_TWO_PI), multiply(square(w), precision)),
    klFromGaussian: (mean, own) =>
      subtract(
        add(
          multiply(add(square(mean), square(own)), precision),
          constant(Math.log(deviation) - 0.5),
        ),
        log(own),
      ),
  };
}
