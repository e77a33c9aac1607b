import { constant, type Node } from '../graph/node.js';
import {
  abs,
  add,
  divide,
  exp,
  log,
  multiply,
  negate,
  sign,
  square,
  subtract,
} from '../graph/ops/elementwise.js';
import type { Prior } from './prior.js';

/**
 * Laplace(0, b). ln p(w) = -|w| / b - ln 2b;
 * KL( N(m, d^2) || p ) = ln 2b - ln d - ln(2 pi e)/2 + E|w| / b, with the folded normal's
 * E|w| = d sqrt(2 / pi) exp(-m^2 / 2 d^2) + m erf(m / (d sqrt 2)).
 */
export function laplacePrior(scale: number): Prior {
  const perScale = constant(1 / scale);
  const entropy = 0.5 * Math.log(2 * Math.PI * Math.E);
  return {
    logDensity: (w) => subtract(constant(-Math.log(2 * scale)), multiply(abs(w), perScale)),
    klFromGaussian: (mean, deviation) => {
      const ratio = multiply(divide(mean, deviation), constant(Math.SQRT1_2));
      const bell = multiply(deviation, exp(negate(square(ratio))));
      const expectedSize = add(
        multiply(bell, constant(Math.sqrt(2 / Math.PI))),
        multiply(mean, errorFunction(ratio)),
      );
      const gain = add(log(deviation), constant(entropy - Math.log(2 * scale)));
      return subtract(multiply(expectedSize, perScale), gain);
    },
  };
}

/** Abramowitz & Stegun 7.1.26 as coefficients of t, ..., t^5. */
const ERF_COEFFICIENTS = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];

/**
 * erf x = sign x (1 - (a1 t + ... + a5 t^5) e^(-x^2)), t = 1 / (1 + 0.3275911 |x|); within 1.5e-7,
 * as float32 is.
 */
function errorFunction(x: Node): Node {
  const t = divide(constant(1), add(constant(1), multiply(constant(0.3275911), abs(x))));
  const polynomial = ERF_COEFFICIENTS.reduceRight<Node>(
    (sum, coefficient) => multiply(t, add(constant(coefficient), sum)),
    constant(0),
  );
  return multiply(sign(x), subtract(constant(1), multiply(polynomial, exp(negate(square(x))))));
}
