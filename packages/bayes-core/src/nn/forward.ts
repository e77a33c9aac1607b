import { constant, type Node } from '../graph/node.js';
import { conv2d } from '../graph/ops/convolution.js';
import { add, multiply, relu, tanh } from '../graph/ops/elementwise.js';
import { flatten } from '../graph/ops/layout.js';
import { matmul } from '../graph/ops/linear.js';
import { averagePool, maxPool } from '../graph/ops/pooling.js';
import { gather, scatterAdd } from '../graph/ops/selection.js';
import { sizeOf } from '../tensor.js';
import {
  biasName,
  type ConvLayer,
  type DenseLayer,
  type DropoutLayer,
  type Layer,
  type SelectLayer,
  weightName,
} from './layer.js';

export type ForwardOptions = {
  readonly parameter: (name: string) => Node;
  /**
   * The scaled mask of a dropout layer, ready to multiply with; null leaves the layer out (the mean
   * network).
   */
  readonly mask: (layer: DropoutLayer) => Node | null;
  /**
   * Takes the place of weights times inputs, where a posterior adds noise to the result instead of
   * the weights.
   */
  readonly affine?: (layer: DenseLayer | ConvLayer, x: Node) => Node;
};

/** The layers as a graph on x [N, ...item shape]. */
export function forward(layers: readonly Layer[], x: Node, options: ForwardOptions): Node {
  let value = x;
  for (let i = 0; i < layers.length; i++) {
    const [layer, next] = [layers[i]!, layers[i + 1]];
    if (layer.kind === 'select' && next?.kind === 'dense' && readsAll(layer, next, options)) {
      value = unselectedDense(value, layer, next, options);
      i++;
    } else value = applyLayer(layer, value, options);
  }
  return value;
}

/**
 * Multiply-adds that a runtime does in the time it takes to copy one value from its place: 1.8 ns
 * against 100 a ns, measured.
 */
const PRODUCTS_PER_COPY = 180;

/**
 * Whether it is quicker to multiply with all inputs, weights of those not selected being 0, than to
 * copy the selected.
 */
function readsAll({ inputShape }: SelectLayer, dense: DenseLayer, { affine }: ForwardOptions) {
  const [selected, outputs] = [dense.inputShape[0]!, dense.outputShape[0]!];
  return !affine && (inputShape[0]! - selected) * outputs < PRODUCTS_PER_COPY * selected;
}

function unselectedDense(
  x: Node,
  { inputShape, positions }: SelectLayer,
  dense: DenseLayer,
  { parameter }: ForwardOptions,
): Node {
  const shape = [inputShape[0]!, dense.outputShape[0]!];
  const zeros = constant(new Float32Array(sizeOf(shape)), shape);
  const weight = scatterAdd(zeros, positionsOf(positions), parameter(weightName(dense)));
  return affine(dense, x, weight, parameter(biasName(dense)));
}

function applyLayer(layer: Layer, x: Node, options: ForwardOptions): Node {
  const { parameter, mask } = options;
  switch (layer.kind) {
    case 'dense':
    case 'conv2d':
      return options.affine
        ? options.affine(layer, x)
        : affine(layer, x, parameter(weightName(layer)), parameter(biasName(layer)));
    case 'dropout': {
      const scaled = mask(layer);
      return scaled ? multiply(x, scaled) : x;
    }
    default:
      return applyPlain(layer, x);
  }
}

/**
 * Weights times inputs plus bias: x [N, in] W [in, out] + b, or the convolution with W [out, in, h,
 * w].
 */
export function affine(layer: DenseLayer | ConvLayer, x: Node, weight: Node, bias: Node): Node {
  return layer.kind === 'dense'
    ? add(matmul(x, weight), bias)
    : conv2d(x, weight, { padding: layer.padding, bias });
}

function select(x: Node, { positions }: SelectLayer): Node {
  return gather(x, positionsOf(positions), 1);
}

function positionsOf(positions: readonly number[]): Node {
  return constant(Int32Array.from(positions), [positions.length], 'int32');
}

/** Layers without parameters and without noise. */
export function applyPlain(
  layer: Exclude<Layer, { kind: 'dense' | 'conv2d' | 'dropout' }>,
  x: Node,
): Node {
  switch (layer.kind) {
    case 'max-pool':
      return maxPool(x, layer.size);
    case 'average-pool':
      return averagePool(x, layer.size);
    case 'flatten':
      return flatten(x);
    case 'select':
      return select(x, layer);
    case 'relu':
      return relu(x);
    case 'tanh':
      return tanh(x);
  }
}
