import { constant, type Node } from '../../graph/node.js';
import {
  abs,
  add,
  divide,
  maximum,
  multiply,
  negate,
  relu,
  square,
  subtract,
} from '../../graph/ops/elementwise.js';
import { reshape } from '../../graph/ops/layout.js';
import { matmul } from '../../graph/ops/linear.js';
import { argMax } from '../../graph/ops/reduce.js';
import { oneHot } from '../../graph/ops/selection.js';
import type { Head } from '../../nn/heads.js';
import type { DenseLayer } from '../../nn/layer.js';
import { float32 } from '../../tensor.js';
import { asConstant, squared } from './affine-moments.js';
import {
  type HiddenMoments,
  hiddenMoments,
  layerWeights,
  type MomentSource,
  stepsOf,
} from './network-moments.js';
import {
  alongDirection,
  plus,
  type Step,
  secondMoment,
  type ValueMoments,
  varianceOf,
} from './value-moments.js';

/** Gaussian outputs of one head. */
export type OutputMoments = {
  /** [N, width]. */
  readonly mean: Node;
  /** [N, width]; null where the outputs are certain. */
  readonly variance: Node | null;
  /**
   * Covariance of every output with the sum along a direction, S u, [N, width] for u [N, width].
   */
  readonly covariance: (direction: Node) => Node;
  /**
   * How much of the variance along the deciding direction comes from products of noise of different
   * layers, [N, 1]: see `interaction`. Null where outputs are Gaussian.
   */
  readonly interaction?: Node | null;
};

/** Keeps a ratio finite where nothing is carried; float32. */
const SMALLEST = constant(1e-30);

/**
 * Mean and covariance of the outputs of every head on x, in the order of the heads.
 *
 * Covariance S = W' (independent + r carried) W + what the last layer's weights add, with W the
 * last layer. `carried` is the variance of hidden units that comes from layers further back. Taken
 * unit by unit it misses that units share masks and weights; r mends its size: along the one
 * direction that matters most to the head, the variance of earlier noise is carried back through
 * the layers, exact to first order, and r is its ratio to what the units taken singly give.
 * @see Postels et al. 2019, "Sampling-Free Epistemic Uncertainty Estimation Using Approximated
 * Variance Propagation", section 3
 */
export function outputMoments(source: MomentSource, x: Node): OutputMoments[] {
  const hidden = hiddenMoments(source, x);
  const layer = source.network.layers.at(-1) as DenseLayer;
  const steps = [...hidden.steps];
  let { moments } = hidden;
  // The scales of the last layer's inputs come before its weights.
  for (const step of stepsOf(source, layer).slice(0, -1)) {
    const taken = step(moments);
    steps.push(taken);
    moments = taken.moments;
  }
  return source.network.heads.map((head) => headMoments(source, layer, head, { moments, steps }));
}

function headMoments(
  { parameters, weights }: MomentSource,
  layer: DenseLayer,
  head: Head,
  { moments, steps }: HiddenMoments,
): OutputMoments {
  const all = layerWeights(parameters, weights, layer);
  const [inputs, outputs, { start, width }] = [layer.inputShape[0]!, layer.outputShape[0]!, head];
  const columns = (matrix: { readonly data: ArrayLike<number> }): Float32Array =>
    Float32Array.from({ length: (matrix.data.length / outputs) * width }, (_, i) => {
      const row = Math.floor(i / width);
      return matrix.data[row * outputs + start + (i % width)]!;
    });
  const weight = columns(all.weight);
  const matrix = constant(weight, [inputs, width]);
  const onInputs = constant(transposed(weight, width), [width, inputs]);
  const mean = add(matmul(moments.mean, matrix), constant(columns(all.bias), [1, width]));
  const own =
    all.weightVariance &&
    add(
      matmul(secondMoment(moments), constant(columns(all.weightVariance), [inputs, width])),
      constant(columns(all.biasVariance!), [1, width]),
    );
  const along = matmul(directionOf(head, mean), onInputs);
  const variances = variancesAlong(steps, along);
  const hidden = varianceOf(moments) && scaledVariance(moments, along, variances);
  const squares = asConstant(squared(float32(weight, [inputs, width])));
  return {
    mean,
    interaction: steps.some(({ dropsChannels }) => dropsChannels) ? interaction(variances) : null,
    variance: plus(hidden && matmul(hidden, squares), own),
    covariance: (direction) => {
      const ofInputs = hidden && matmul(multiply(hidden, matmul(direction, onInputs)), matrix);
      return plus(ofInputs, own && multiply(own, direction)) ?? multiply(direction, constant(0));
    },
  };
}

/**
 * independent + r carried, [N, D]. Along the direction [N, D] all noise of all steps together gives
 * the sum of `variances`; what is left of it without the independent part is what `carried` has to
 * give.
 */
function scaledVariance(
  { carried, independent }: ValueMoments,
  along: Node,
  variances: readonly Node[],
): Node {
  if (!carried) return independent!;
  const whole = variances.reduce(add);
  const left = independent ? relu(subtract(whole, alongDirection(independent)(along))) : whole;
  const ratio = divide(left, maximum(alongDirection(carried)(along), SMALLEST));
  return plus(independent, multiply(reshape(ratio, [ratio.shape[0]!, 1]), carried))!;
}

/**
 * The variance [N] that each step gives to a direction on their outputs; carried back no further
 * than noise is born.
 */
function variancesAlong(steps: readonly Step[], direction: Node): Node[] {
  const first = steps.findIndex(({ born }) => born !== null);
  if (first < 0) return [];
  const variances: Node[] = [];
  let at = direction;
  for (let i = steps.length - 1; i >= first; i--) {
    const { born, carry } = steps[i]!;
    if (born) variances.push(born(at));
    if (i > first) at = carry(at);
  }
  return variances;
}

/**
 * 6 sum_{i < j} V_i V_j / (sum_i V_i)^2, [N, 1], with V_i the variance that layer i gives along the
 * deciding direction. Noise of different layers multiplies: for a product g = m prod_i (1 + d_i)
 * with Var d_i = V_i / m^2 the third central moment is 6 / m sum_{i < j} V_i V_j to first order, so
 * this times deviation / m is the skewness of g. Asked for where channels are dropped:
 * few masks then move much at once. Of dense nets it is too large (bench `real-time`), and Gaussian
 * outputs are nearer.
 */
function interaction(variances: readonly Node[]): Node {
  const whole = square(variances.reduce(add));
  const pairs = subtract(whole, variances.map(square).reduce(add));
  const share = divide(pairs, maximum(whole, SMALLEST));
  return multiply(constant(3), reshape(share, [share.shape[0]!, 1]));
}

/**
 * The weights on a head's outputs that matter most, [N, width]: for classes the likeliest less the
 * runner-up, for choices the one nearest to even, for numbers the mean.
 */
function directionOf({ output, width }: Head, mean: Node): Node {
  if (output.kind === 'class') {
    const { favourite, rival } = likeliestTwo(mean, width);
    return subtract(favourite, rival);
  }
  if (output.kind === 'choices') return oneHot(argMax(negate(abs(mean)), 1), width);
  const isMean = Float32Array.from({ length: width }, (_, c) => (c === 0 ? 1 : 0));
  return add(multiply(mean, constant(0)), constant(isMean, [1, width]));
}

/** The greatest and the second greatest of means [N, C], as 1 in a row of zeros. */
export function likeliestTwo(mean: Node, classes: number): { favourite: Node; rival: Node } {
  const favourite = oneHot(argMax(mean, 1), classes);
  const rival = oneHot(argMax(subtract(mean, multiply(favourite, constant(1e30))), 1), classes);
  return { favourite, rival };
}

function transposed(weight: Float32Array, width: number): Float32Array {
  const inputs = weight.length / width;
  return Float32Array.from(
    weight,
    (_, i) => weight[(i % inputs) * width + Math.floor(i / inputs)]!,
  );
}
