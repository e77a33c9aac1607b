import { constant, type Node } from '../graph/node.js';
import {
  add,
  exp,
  multiply,
  negate,
  square,
  stopGradient,
  subtract,
} from '../graph/ops/elementwise.js';
import { reshape, slice } from '../graph/ops/layout.js';
import { reduceMean } from '../graph/ops/reduce.js';
import type { NumberOutputSpec } from '../nn/spec.js';
import type { SingleTargets, TargetScale } from '../nn/targets.js';
import { float32, type Tensor } from '../tensor.js';
import type { SingleLikelihood } from './likelihood.js';

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
const HALF = constant(0.5);

/**
 * A number with Gaussian noise of one variance for all items, fixed or learned as s = log variance.
 * Loss: 1/B sum_b [ exp(-s)/2 (y_b - f_b)^2 + s/2 + ln(2 pi)/2 ] in standardised units.
 */
export function gaussian(
  { noiseVariance }: NumberOutputSpec,
  scale: TargetScale,
  logVariance: string | null,
): SingleLikelihood {
  const fixed =
    noiseVariance === undefined ? undefined : Math.log(noiseVariance / scale.deviation ** 2);
  return {
    ...numberTargets,
    loss: (outputs, targets, parameter) => {
      const s = fixed === undefined ? parameter(logVariance!) : constant(fixed);
      const mean = reshape(outputs, [outputs.shape[0]!]);
      const fit = multiply(
        HALF,
        multiply(exp(negate(s)), reduceMean(square(subtract(targets, mean)))),
      );
      return add(add(fit, multiply(HALF, s)), constant(HALF_LOG_TWO_PI));
    },
    evaluate: (outputs, { values }, { mean, deviation }, parameters) => {
      const s = fixed ?? parameters[logVariance!]!.data[0]!;
      let squares = 0;
      for (let row = 0; row < values.length; row++) {
        squares += ((values[row]! - mean) / deviation - outputs[row]!) ** 2;
      }
      return { loss: (0.5 * Math.exp(-s) * squares) / values.length + s / 2 + HALF_LOG_TWO_PI };
    },
  };
}

/**
 * A number whose noise is predicted with it: outputs are the mean f and s = log variance of each
 * item.
 * Loss: 1/B sum_b w_b [ exp(-s_b)/2 (y_b - f_b)^2 + s_b/2 + ln(2 pi)/2 ] in standardised units,
 * with w_b = exp(beta s_b) taken as a constant by the gradient: at beta = 0 the likelihood itself,
 * at beta = 1 means are fitted as by squared error.
 * `evaluate` gives the likelihood itself, w = 1.
 * @see Kendall & Gal 2017, equation 8; Seitzer et al. 2022, "On the Pitfalls of Heteroscedastic
 * Uncertainty", equation 7
 */
export function itemGaussian({ betaNll = 0 }: NumberOutputSpec): SingleLikelihood {
  return {
    ...numberTargets,
    loss: (outputs, targets) => {
      const column = (at: number): Node =>
        reshape(slice(outputs, 1, at, at + 1), [outputs.shape[0]!]);
      const s = column(1);
      const fit = multiply(exp(negate(s)), square(subtract(targets, column(0))));
      const losses = add(multiply(HALF, add(fit, s)), constant(HALF_LOG_TWO_PI));
      if (betaNll === 0) return reduceMean(losses);
      return reduceMean(multiply(stopGradient(exp(multiply(constant(betaNll), s))), losses));
    },
    evaluate: (outputs, { values }, { mean, deviation }) => {
      let loss = 0;
      for (let row = 0; row < values.length; row++) {
        const s = outputs[2 * row + 1]!;
        const residual = (values[row]! - mean) / deviation - outputs[2 * row]!;
        loss += 0.5 * Math.exp(-s) * residual ** 2 + s / 2 + HALF_LOG_TWO_PI;
      }
      return { loss: loss / values.length };
    },
  };
}

const numberTargets = {
  targetType: 'float32',
  targetShape: [],
  noise: () => [],
  targetTensor: ({ values }: SingleTargets, { mean, deviation }: TargetScale): Tensor =>
    float32(
      Float32Array.from(values, (y) => (y - mean) / deviation),
      [values.length],
    ),
} as const;
