import type { Node } from '../graph/node.js';
import { conv2d } from '../graph/ops/convolution.js';
import { add, multiply, relu, tanh } from '../graph/ops/elementwise.js';
import { flatten } from '../graph/ops/layout.js';
import { matmul } from '../graph/ops/linear.js';
import { averagePool, maxPool } from '../graph/ops/pooling.js';
import { biasName, type DropoutLayer, type Layer, weightName } from './layer.js';

export type ForwardOptions = {
  readonly parameter: (name: string) => Node;
  /** The scaled mask of a dropout layer, ready to multiply with; null leaves the layer out (the mean network). */
  readonly mask: (layer: DropoutLayer) => Node | null;
};

/** The layers as a graph on x [N, ...item shape]. */
export function forward(layers: readonly Layer[], x: Node, options: ForwardOptions): Node {
  return layers.reduce((value, layer) => applyLayer(layer, value, options), x);
}

function applyLayer(layer: Layer, x: Node, { parameter, mask }: ForwardOptions): Node {
  switch (layer.kind) {
    case 'dense':
      return add(matmul(x, parameter(weightName(layer))), parameter(biasName(layer)));
    case 'conv2d': {
      const bias = parameter(biasName(layer));
      return conv2d(x, parameter(weightName(layer)), { padding: layer.padding, bias });
    }
    case 'dropout': {
      const scaled = mask(layer);
      return scaled ? multiply(x, scaled) : x;
    }
    default:
      return applyPlain(layer, x);
  }
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
    case 'relu':
      return relu(x);
    case 'tanh':
      return tanh(x);
  }
}
