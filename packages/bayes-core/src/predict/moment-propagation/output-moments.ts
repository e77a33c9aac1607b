import { constant, type Node } from '../../graph/node.js';
import {
  abs,
  add,
  divide,
  maximum,
  multiply,
  negate,
  relu,
  subtract,
} from '../../graph/ops/elementwise.js';
import { reshape } from '../../graph/ops/layout.js';
import { matmul } from '../../graph/ops/linear.js';
import { argMax, softmax } from '../../graph/ops/reduce.js';
import { oneHot } from '../../graph/ops/selection.js';
import type { Head } from '../../nn/heads.js';
import type { DenseLayer } from '../../nn/layer.js';
import { squared } from './affine-moments.js';
import {
  type HiddenMoments,
  hiddenMoments,
  layerWeights,
  type MomentSource,
  stepsOf,
} from './network-moments.js';
import { pairsOf } from './pairs.js';
import {
  alongDirection,
  plus,
  type Step,
  secondMoment,
  type ValueMoments,
  varianceOf,
} from './value-moments.js';

/** Keeps a ratio finite where nothing is carried; float32. */
const SMALLEST = constant(1e-30);

/** More outputs of a question than this are taken as independent: their pairs would cost more than the network. */
const MOST_WITH_PAIRS = 32;

/** Names of the outputs of the graph, behind the prefix of the head. */
export const MOMENTS = {
  /** [N, width]. */
  mean: 'mean',
  /** Covariance of each pair c <= d of outputs, row by row, [N, width (width + 1) / 2]; or the variances, [N, width]. */
  covariance: 'covariance',
} as const;

/** Whether the pairs of a head's outputs are carried, or their variances only. */
export function hasPairs({ width, output }: Head): boolean {
  return output.kind !== 'choices' && width <= MOST_WITH_PAIRS;
}

/**
 * Mean and covariance of the outputs of every head on x, by the names of `MOMENTS`.
 *
 * Covariance = W' (independent + r carried) W + what the last layer's weights add, with W the last layer. `carried` is the
 * variance of hidden units that comes from layers further back. Taken unit by unit it misses that units share masks and
 * weights; r mends its size: along the one direction that matters most to the head, the variance of earlier noise is carried
 * back through the layers, exact to first order, and r is its ratio to what the units taken singly give.
 * @see Postels et al. 2019, "Sampling-Free Epistemic Uncertainty Estimation Using Approximated Variance Propagation", section 3
 */
export function outputMoments(source: MomentSource, x: Node): Record<string, Node> {
  const hidden = hiddenMoments(source, x);
  const layer = source.network.layers.at(-1) as DenseLayer;
  const before = stepsOf(source, layer);
  const steps = [...hidden.steps];
  let moments = hidden.moments;
  for (const step of before.slice(0, -1)) {
    const taken = step(moments);
    steps.push(taken);
    moments = taken.moments;
  }
  return Object.fromEntries(
    source.network.heads.flatMap((head) =>
      Object.entries(headMoments(source, layer, head, { moments, steps })).map(([name, node]) => [
        head.prefix + name,
        node,
      ]),
    ),
  );
}

function headMoments(
  { parameters, weights }: MomentSource,
  layer: DenseLayer,
  head: Head,
  hidden: HiddenMoments,
): Record<string, Node> {
  const all = layerWeights(parameters, weights, layer);
  const columns = (matrix: { readonly data: ArrayLike<number> }, rows: number): Float32Array =>
    Float32Array.from({ length: rows * head.width }, (_, i) => {
      const [row, column] = [Math.floor(i / head.width), i % head.width];
      return matrix.data[row * layer.outputShape[0]! + head.start + column]!;
    });
  const inputs = layer.inputShape[0]!;
  const weight = columns(all.weight, inputs);
  const { moments, steps } = hidden;
  const mean = add(
    matmul(moments.mean, constant(weight, [inputs, head.width])),
    constant(columns(all.bias, 1), [1, head.width]),
  );
  const pairs = hasPairs(head);
  const ofInputs =
    varianceOf(moments) &&
    matmul(
      scaledVariance(moments, steps, () => back(directionOf(head, mean), weight, inputs)),
      pairs
        ? products(weight, head.width)
        : squared({ dtype: 'float32', data: weight, shape: [inputs, head.width] }),
    );
  const own =
    all.weightVariance &&
    add(
      matmul(
        secondMoment(moments),
        constant(columns(all.weightVariance, inputs), [inputs, head.width]),
      ),
      constant(columns(all.biasVariance!, 1), [1, head.width]),
    );
  const ofWeights = own && pairs ? matmul(own, onDiagonal(head.width)) : own;
  const covariance =
    plus(ofInputs, ofWeights) ??
    multiply(pairs ? matmul(mean, onDiagonal(head.width)) : mean, constant(0));
  return { [MOMENTS.mean]: mean, [MOMENTS.covariance]: covariance };
}

/**
 * independent + r carried, [N, D]. Along the direction all noise of all steps together gives `whole`; what is left of it
 * without the independent part is what `carried` has to give.
 */
function scaledVariance(
  { carried, independent }: ValueMoments,
  steps: readonly Step[],
  direction: () => Node,
): Node {
  if (!carried) return independent!;
  const along = direction();
  const whole = varianceAlong(steps, along);
  const left = independent ? relu(subtract(whole, alongDirection(independent)(along))) : whole;
  const ratio = divide(left, maximum(alongDirection(carried)(along), SMALLEST));
  return plus(independent, multiply(reshape(ratio, [ratio.shape[0]!, 1]), carried))!;
}

/** The variance that all steps give to a direction on their outputs, [N]; carried back no further than noise is born. */
function varianceAlong(steps: readonly Step[], direction: Node): Node {
  const first = steps.findIndex(({ born }) => born !== null);
  let at = direction;
  let sum: Node | null = null;
  for (let i = steps.length - 1; i >= first; i--) {
    const { born, carry } = steps[i]!;
    if (born) sum = plus(sum, born(at));
    if (i > first) at = carry(at);
  }
  return sum!;
}

/**
 * The weights on a head's outputs that matter most, [N, width]: for classes the likeliest against the others by their
 * probability (the slope of its log odds), for choices the one nearest to even, for numbers the mean.
 */
function directionOf({ output, width }: Head, mean: Node): Node {
  if (output.kind === 'number')
    return add(
      multiply(mean, constant(0)),
      row(width, (c) => (c === 0 ? 1 : 0)),
    );
  if (output.kind === 'choices') return oneHot(argMax(negate(abs(mean)), 1), width);
  const best = oneHot(argMax(mean, 1), width);
  return subtract(best, softmax(subtract(mean, multiply(best, constant(1e4)))));
}

/** u W' of a direction u [N, width] on the outputs: one on the inputs. */
function back(direction: Node, weight: Float32Array, inputs: number): Node {
  const width = weight.length / inputs;
  const turned = Float32Array.from(
    weight,
    (_, i) => weight[(i % inputs) * width + Math.floor(i / inputs)]!,
  );
  return matmul(direction, constant(turned, [width, inputs]));
}

/** W_ic W_id for each input i and pair, [D, pairs]. */
function products(weight: Float32Array, width: number): Node {
  const pairs = pairsOf(width);
  const inputs = weight.length / width;
  const data = Float32Array.from({ length: inputs * pairs.length }, (_, i) => {
    const start = Math.floor(i / pairs.length) * width;
    const [c, d] = pairs[i % pairs.length]!;
    return weight[start + c]! * weight[start + d]!;
  });
  return constant(data, [inputs, pairs.length]);
}

/** Puts values [N, width] on the diagonal of the pairs. */
function onDiagonal(width: number): Node {
  const pairs = pairsOf(width);
  const data = Float32Array.from({ length: width * pairs.length }, (_, i) => {
    const [c, d] = pairs[i % pairs.length]!;
    return c === d && c === Math.floor(i / pairs.length) ? 1 : 0;
  });
  return constant(data, [width, pairs.length]);
}

function row(width: number, f: (column: number) => number): Node {
  return constant(
    Float32Array.from({ length: width }, (_, c) => f(c)),
    [1, width],
  );
}
