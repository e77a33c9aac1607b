import { constant } from '../graph/node.js';
import {
  abs,
  add,
  log,
  multiply,
  negate,
  sigmoid,
  softplus,
  square,
  subtract,
} from '../graph/ops/elementwise.js';
import type { Prior } from './prior.js';

/** Constants of the approximation (Molchanov, Ashukha & Vetrov 2017, equation 14). */
const [K1, K2, K3] = [0.63576, 1.8732, 1.48695];
/** Keeps the logarithm finite where a mean is zero; far below any mean that matters. */
const SMALLEST_SQUARE = 1e-12;

/**
 * p(z) proportional to 1 / |z|, improper. ln p(z) = -ln |z|, up to a constant;
 * KL( N(m, d^2) || p ) ~ k1 - k1 sigmoid(k2 + k3 ln a) + ln(1 + 1 / a) / 2 with a = d^2 / m^2, up
 * to the constant that makes it 0 where a is infinite.
 */
export const logUniformPrior: Prior = {
  logDensity: (z) => negate(log(abs(z))),
  klFromGaussian: (mean, deviation) => {
    const logAlpha = subtract(
      multiply(constant(2), log(deviation)),
      log(add(square(mean), constant(SMALLEST_SQUARE))),
    );
    const known = multiply(
      constant(K1),
      sigmoid(add(constant(K2), multiply(constant(K3), logAlpha))),
    );
    const rest = multiply(constant(0.5), softplus(negate(logAlpha)));
    return add(subtract(constant(K1), known), rest);
  },
};
