import { constant, type Node } from '../../graph/node.js';
import { conv2d, conv2dInputGradient } from '../../graph/ops/convolution.js';
import { matmul } from '../../graph/ops/linear.js';
import { affine } from '../../nn/forward.js';
import type { ConvLayer, DenseLayer } from '../../nn/layer.js';
import type { Tensor } from '../../tensor.js';
import {
  alongDirection,
  type Step,
  secondMoment,
  type ValueMoments,
  varianceOf,
} from './value-moments.js';

/** Means and variances of one layer's weights; null where they are certain. */
export type LayerWeights = {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly weightVariance: Tensor | null;
  readonly biasVariance: Tensor | null;
};

/**
 * The step of weights times inputs, of independent inputs (m, v) and weights (M, S^2):
 * mean = m M + b, variance = v M^2 + (v + m^2) S^2 + s_b^2. Exact for dense layers with independent inputs, and for each cell
 * of a convolution by itself. What the weights add is each output's own.
 * @see Hernandez-Lobato & Adams 2015, equations 7 and 8; Wu et al. 2019, section 3.1
 */
export function affineMoments(
  layer: DenseLayer | ConvLayer,
  x: ValueMoments,
  weights: LayerWeights,
): Step {
  const { weight, bias, weightVariance, biasVariance } = weights;
  const variance = varianceOf(x);
  const carried = variance && linear(layer, variance, squared(weight));
  const own =
    weightVariance &&
    affine(layer, secondMoment(x), asConstant(weightVariance), asConstant(biasVariance!));
  return {
    moments: {
      mean: affine(layer, x.mean, asConstant(weight), asConstant(bias)),
      carried,
      independent: own,
    },
    carry: (direction) => carryBack(layer, direction, weight),
    born: own && alongDirection(own),
  };
}

/** x W, or the convolution, without a bias. */
export function linear(layer: DenseLayer | ConvLayer, x: Node, weight: Node): Node {
  return layer.kind === 'dense' ? matmul(x, weight) : conv2d(x, weight, { padding: layer.padding });
}

/** A direction on the outputs as one on the inputs. */
export function carryBack(
  layer: DenseLayer | ConvLayer,
  direction: Node,
  { data, shape }: Tensor,
): Node {
  if (layer.kind === 'conv2d')
    return conv2dInputGradient(direction, constant(data, shape), { padding: layer.padding });
  const [inputs, outputs] = shape as [number, number];
  const turned = Float32Array.from(
    data,
    (_, i) => data[(i % inputs) * outputs + Math.floor(i / inputs)]!,
  );
  return matmul(direction, constant(turned, [outputs, inputs]));
}

export function squared({ data, shape }: Tensor): Node {
  return constant(
    Float32Array.from(data, (w) => w * w),
    shape,
  );
}

export function asConstant({ data, shape }: Tensor): Node {
  return constant(data, shape);
}
