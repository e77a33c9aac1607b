import { constant, type Node } from '../graph/node.js';
import { abs, add, exp, log, maximum, negate, subtract } from '../graph/ops/elementwise.js';
import { gaussianPrior } from './gaussian.js';
import type { Prior } from './prior.js';

/**
 * Spike and slab (Blundell et al. 2015, equation 7): p(w) = share N(w; 0, wide^2) + (1 - share)
 * N(w; 0, narrow^2), by log-sum-exp of its two parts. Its KL divergence has no closed form.
 */
export function scaleMixturePrior(share: number, wide: number, narrow: number): Prior {
  const [slab, spike] = [gaussianPrior(wide), gaussianPrior(narrow)];
  return {
    logDensity: (w) =>
      logAddExp(
        add(slab.logDensity(w), constant(Math.log(share))),
        add(spike.logDensity(w), constant(Math.log1p(-share))),
      ),
    klFromGaussian: null,
  };
}

/** ln(e^a + e^b) = max(a, b) + ln(1 + e^-|a - b|). */
function logAddExp(a: Node, b: Node): Node {
  const beside = exp(negate(abs(subtract(a, b))));
  return add(maximum(a, b), log(add(constant(1), beside)));
}
