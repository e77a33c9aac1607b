import { constant, type Node } from '../graph/node.js';
import { add, exp, log, multiply, negate, square, subtract } from '../graph/ops/elementwise.js';

/**
 * A half-Cauchy scale as the square root of a product (Louizos, Ullrich & Welling 2017, equation
 * 8): s^2 = a b with a ~ Gamma(1/2, scale t^2) and b ~ InverseGamma(1/2, 1) makes s ~ C+(0, t).
 * With log-normal posteriors ln a ~ N(mean, deviation^2), and ln b alike, both KL divergences have
 * a closed form.
 */
export type LogNormal = { readonly mean: Node; readonly deviation: Node };

/**
 * KL of the first factor: ln t + exp(m + d^2/2) / t^2 - (m + 2 ln d + 1 + ln 2) / 2, elementwise in
 * nats.
 */
export function gammaDivergence({ mean, deviation }: LogNormal, scale: number): Node {
  const expected = exp(add(mean, multiply(constant(0.5), square(deviation))));
  return add(
    multiply(expected, constant(1 / scale ** 2)),
    subtract(constant(Math.log(scale)), entropyPart(mean, deviation)),
  );
}

/** KL of the second factor: exp(d^2/2 - m) - (-m + 2 ln d + 1 + ln 2) / 2, elementwise in nats. */
export function inverseGammaDivergence({ mean, deviation }: LogNormal): Node {
  const expected = exp(subtract(multiply(constant(0.5), square(deviation)), mean));
  return subtract(expected, entropyPart(negate(mean), deviation));
}

function entropyPart(mean: Node, deviation: Node): Node {
  const twice = add(mean, multiply(constant(2), log(deviation)));
  return multiply(constant(0.5), add(twice, constant(1 + Math.LN2)));
}
