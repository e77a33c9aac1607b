import { constant, type Node } from '../../graph/node.js';
import { conv2d, conv2dInputGradient } from '../../graph/ops/convolution.js';
import { add, multiply } from '../../graph/ops/elementwise.js';
import { matmul } from '../../graph/ops/linear.js';
import { affine } from '../../nn/forward.js';
import type { ConvLayer, DenseLayer } from '../../nn/layer.js';
import { float32, type Tensor } from '../../tensor.js';
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
 * mean = m M + b, variance = v M^2 + (v + m^2) S^2 + s_b^2. Exact for dense layers with independent
 * inputs, and for each cell of a convolution by itself. What the weights add is each output's own.
 * @see Hernandez-Lobato & Adams 2015, equations 7 and 8; Wu et al. 2019, section 3.1
 */
export function affineMoments(
  layer: DenseLayer | ConvLayer,
  x: ValueMoments,
  weights: LayerWeights,
): Step {
  const { weight, bias, weightVariance, biasVariance } = weights;
  const variance = varianceOf(x);
  const carried = variance && weighed(layer, variance, squared(weight));
  const own = weightVariance && noiseOfWeights(layer, x, weightVariance, biasVariance!);
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

/** (v + m^2) S^2 + s_b^2. */
function noiseOfWeights(
  layer: DenseLayer | ConvLayer,
  x: ValueMoments,
  weightVariance: Tensor,
  { data }: Tensor,
): Node {
  const bias = constant(data, [1, data.length, ...layer.outputShape.slice(1).map(() => 1)]);
  return add(weighed(layer, secondMoment(x), weightVariance), bias);
}

/**
 * Layers with fewer inputs to an output, or fewer outputs, take every square; sums of more come out
 * alike.
 */
const [WIDE_INPUTS, WIDE_OUTPUTS] = [64, 16];

/**
 * x Q for squares Q >= 0, or the convolution. In wide layers Q is taken as (its row sums) times
 * (its column sums) / (its sum), which keeps the sum over all outputs for every x: one output then
 * costs what all would, and ranks of uncertainties stay as they are (see the bench `real-time`).
 */
export function weighed(layer: DenseLayer | ConvLayer, x: Node, { data, shape }: Tensor): Node {
  const isDense = layer.kind === 'dense';
  const outputs = layer.outputShape[0]!;
  const inputs = data.length / outputs;
  if (inputs < WIDE_INPUTS || outputs < WIDE_OUTPUTS)
    return linear(layer, x, constant(data, shape));
  const [ofInputs, ofOutputs] = [new Float32Array(inputs), new Float32Array(outputs)];
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    const [input, output] = isDense
      ? [Math.floor(i / outputs), i % outputs]
      : [i % inputs, Math.floor(i / inputs)];
    ofInputs[input]! += data[i]!;
    ofOutputs[output]! += data[i]!;
    sum += data[i]!;
  }
  const share = ofOutputs.map((part) => (sum > 0 ? part / sum : 0));
  const together = isDense ? [inputs, 1] : [1, ...shape.slice(1)];
  const apart = [1, outputs, ...layer.outputShape.slice(1).map(() => 1)];
  return multiply(linear(layer, x, constant(ofInputs, together)), constant(share, apart));
}

/** x W, or the convolution, without a bias. */
function linear(layer: DenseLayer | ConvLayer, x: Node, weight: Node): Node {
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

export function squared({ data, shape }: Tensor): Tensor {
  return float32(
    Float32Array.from(data, (w) => w * w),
    shape,
  );
}

export function asConstant({ data, shape }: Tensor): Node {
  return constant(data, shape);
}
