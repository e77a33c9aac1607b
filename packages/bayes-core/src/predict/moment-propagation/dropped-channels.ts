import type { Node } from '../../graph/node.js';
import { add, multiply, square } from '../../graph/ops/elementwise.js';
import { concat, flatten, reshape, transpose } from '../../graph/ops/layout.js';
import { matmul } from '../../graph/ops/linear.js';
import { reduceSum } from '../../graph/ops/reduce.js';
import { biasName, type ConvLayer, type DenseLayer, weightName } from '../../nn/layer.js';
import type { Parameters } from '../../nn/parameters.js';
import { sizeOf } from '../../tensor.js';
import { channelShares } from '../summed.js';
import { asConstant, carryBack, squared, weighed } from './affine-moments.js';
import {
  alongDirection,
  plus,
  type Step,
  sumOfItem,
  times,
  type ValueMoments,
  varianceOf,
} from './value-moments.js';

/**
 * The step of channels dropped and then weighed, in one: a mask z_c moves all cells of its channel, so of certain inputs x the
 * outputs are sum_c z_c s_c with s_c what channel c adds, mean sum_c s_c + b, variance Var[z] sum_c s_c^2 and, along a
 * direction d, Var[z] sum_c (d' s_c)^2: exact. Uncertain inputs add (1 + Var[z]) v W^2, as if their cells were independent.
 * The mean is the sum of the shares, so that this costs no more products than the layer alone.
 */
export function droppedChannels(
  layer: DenseLayer | ConvLayer,
  x: ValueMoments,
  maskVariance: number,
  parameters: Parameters,
): Step {
  const weight = parameters[weightName(layer)]!;
  const bias = asConstant(parameters[biasName(layer)]!);
  const shares =
    layer.kind === 'conv2d'
      ? convolved(layer, x.mean, parameters)
      : multiplied(layer, x.mean, parameters);
  const variance = varianceOf(x);
  const flat = layer.kind === 'dense' && variance ? flatten(variance) : variance;
  const carried = flat && weighed(layer, flat, squared(weight));
  const masked = times(shares.sumOfSquares, maskVariance);
  const ofInputs = carried && times(carried, maskVariance);
  const biased = layer.kind === 'conv2d' ? reshape(bias, [1, layer.outputShape[0]!, 1, 1]) : bias;
  return {
    moments: {
      mean: add(shares.sum, biased),
      carried: plus(masked, carried),
      independent: ofInputs,
    },
    carry: (direction) => reshape(carryBack(layer, direction, weight), x.mean.shape),
    born: (direction) => {
      const ofMasks = times(shares.squaresAlong(direction), maskVariance);
      return plus(ofMasks, ofInputs && alongDirection(ofInputs)(direction))!;
    },
  };
}

/** What each channel adds to the outputs, summed up in the ways that are needed. */
type Shares = {
  readonly sum: Node;
  readonly sumOfSquares: Node;
  /** sum_c (d' s_c)^2, [N]. */
  readonly squaresAlong: (direction: Node) => Node;
};

function convolved(layer: ConvLayer, mean: Node, parameters: Parameters): Shares {
  const rows = mean.shape[0]!;
  const size = sizeOf(layer.outputShape);
  const each = channelShares(mean, layer, parameters).map((share) =>
    reshape(share, [rows, 1, size]),
  );
  const shares = concat(each, 1);
  const image = (x: Node) => reshape(x, [rows, ...layer.outputShape]);
  return {
    sum: image(reduceSum(shares, [1])),
    sumOfSquares: image(reduceSum(square(shares), [1])),
    squaresAlong: (direction) =>
      sumOfItem(square(matmul(shares, reshape(direction, [rows, size, 1])))),
  };
}

function multiplied(layer: DenseLayer, mean: Node, parameters: Parameters): Shares {
  const [rows, channels, height, width] = mean.shape as [Node['shape'][0], number, number, number];
  const cells = height * width;
  const { data } = parameters[weightName(layer)]!;
  const weight = asConstant({
    dtype: 'float32',
    data,
    shape: [channels, cells, layer.outputShape[0]!],
  });
  const byChannel = transpose(reshape(mean, [rows!, channels, cells]), [1, 0, 2]);
  const shares = matmul(byChannel, weight);
  return {
    sum: reduceSum(shares, [0]),
    sumOfSquares: reduceSum(square(shares), [0]),
    squaresAlong: (direction) =>
      reduceSum(square(reduceSum(multiply(shares, direction), [2])), [0]),
  };
}
