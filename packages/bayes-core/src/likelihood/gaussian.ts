import { constant, type Node } from '../graph/node.js';
import { add, exp, multiply, negate, square, subtract } from '../graph/ops/elementwise.js';
import { reshape } from '../graph/ops/layout.js';
import { reduceMean } from '../graph/ops/reduce.js';
import { LOG_VARIANCE } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { TargetScale } from '../nn/targets.js';
import { float32 } from '../tensor.js';
import type { Likelihood } from './likelihood.js';

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * A number with Gaussian noise of one variance for all items, fixed or learned as s = log variance.
 * Loss: 1/B sum_b [ exp(-s)/2 (y_b - f_b)^2 + s/2 + ln(2 pi)/2 ] in standardised units.
 */
export function gaussian(noiseVariance: number | undefined, scale: TargetScale): Likelihood {
  const fixed =
    noiseVariance === undefined ? undefined : Math.log(noiseVariance / scale.deviation ** 2);
  const nodeOf = (parameter: (name: string) => Node) =>
    fixed === undefined ? parameter(LOG_VARIANCE) : constant(fixed);
  return {
    targetType: 'float32',
    targetShape: [],
    loss: (outputs, targets, parameter) => {
      const s = nodeOf(parameter);
      const mean = reshape(outputs, [outputs.shape[0]!]);
      const fit = multiply(
        constant(0.5),
        multiply(exp(negate(s)), reduceMean(square(subtract(targets, mean)))),
      );
      return add(add(fit, multiply(constant(0.5), s)), constant(HALF_LOG_TWO_PI));
    },
    targetTensor: ({ values }, { mean, deviation }) =>
      float32(
        Float32Array.from(values, (y) => (y - mean) / deviation),
        [values.length],
      ),
    evaluate: (outputs, { values }, { mean, deviation }, parameters) => {
      const s = fixed ?? parameters[LOG_VARIANCE]!.data[0]!;
      let squares = 0;
      for (let row = 0; row < values.length; row++) {
        squares += ((values[row]! - mean) / deviation - outputs[row]!) ** 2;
      }
      return { loss: (0.5 * Math.exp(-s) * squares) / values.length + s / 2 + HALF_LOG_TWO_PI };
    },
  };
}

/** Noise variance in squared units of the target. */
export function noiseVarianceOf(
  noiseVariance: number | undefined,
  scale: TargetScale,
  parameters: Parameters,
): number {
  return noiseVariance ?? Math.exp(parameters[LOG_VARIANCE]!.data[0]!) * scale.deviation ** 2;
}
