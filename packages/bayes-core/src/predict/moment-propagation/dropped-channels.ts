import type { Node } from '../../graph/node.js';
import { add, multiply, square } from '../../graph/ops/elementwise.js';
import { flatten, reshape, transpose } from '../../graph/ops/layout.js';
import { matmul } from '../../graph/ops/linear.js';
import { reduceSum } from '../../graph/ops/reduce.js';
import { biasName, type DenseLayer, weightName } from '../../nn/layer.js';
import type { Parameters } from '../../nn/parameters.js';
import { asConstant, carryBack, squared, weighed } from './affine-moments.js';
import {
  alongDirection,
  plus,
  type Step,
  times,
  type ValueMoments,
  varianceOf,
} from './value-moments.js';

/**
 * The step of channels dropped and then weighed by a dense layer, in one: a mask z_c moves all
 * cells of its channel, so of certain inputs x the outputs are sum_c z_c s_c with s_c what channel
 * c adds, mean sum_c s_c + b, variance Var[z] sum_c s_c^2 and, along a direction d, Var[z] sum_c
 * (d' s_c)^2: exact. Uncertain inputs add (1 + Var[z]) v W^2, as if their cells were independent.
 * The mean is the sum of the shares, so that this costs no more products than the layer alone.
 * @see docs/decisions/0123
 */
export function droppedChannels(
  layer: DenseLayer,
  x: ValueMoments,
  maskVariance: number,
  parameters: Parameters,
): Step {
  const weight = parameters[weightName(layer)]!;
  const bias = asConstant(parameters[biasName(layer)]!);
  const shares = channelShares(layer, x.mean, asConstant(weight));
  const variance = varianceOf(x);
  const carried = variance && weighed(layer, flatten(variance), squared(weight));
  const masked = times(reduceSum(square(shares), [0]), maskVariance);
  const ofInputs = carried && times(carried, maskVariance);
  return {
    moments: {
      mean: add(reduceSum(shares, [0]), bias),
      carried: plus(masked, carried),
      independent: ofInputs,
    },
    dropsChannels: true,
    carry: (direction) => reshape(carryBack(layer, direction, weight), x.mean.shape),
    born: (direction) => {
      const ofChannels = reduceSum(multiply(shares, direction), [2]);
      const ofMasks = times(reduceSum(square(ofChannels), [0]), maskVariance);
      return plus(ofMasks, ofInputs && alongDirection(ofInputs)(direction))!;
    },
  };
}

/** What each channel of x [N, C, H, W] adds to the outputs, [C, N, U]. */
function channelShares(layer: DenseLayer, x: Node, weight: Node): Node {
  const [rows, channels, height, width] = x.shape as [Node['shape'][0], number, number, number];
  const cells = height * width;
  const byChannel = transpose(reshape(x, [rows!, channels, cells]), [1, 0, 2]);
  return matmul(byChannel, reshape(weight, [channels, cells, layer.outputShape[0]!]));
}
