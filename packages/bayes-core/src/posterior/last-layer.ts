import { constant, type Node } from '../graph/node.js';
import { add, multiply } from '../graph/ops/elementwise.js';
import { concat, slice } from '../graph/ops/layout.js';
import { affine, forward } from '../nn/forward.js';
import { biasName, type DenseLayer, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';

/** Names of what is saved beside the trained weights. */
export const LAPLACE = {
  /**
   * Eigenvectors of the curvature in columns: of its input factor [D + 1, D + 1], or of all of it
   * [P, P].
   */
  inputVectors: 'laplace.inputVectors',
  /** Eigenvectors of the output factor [C, C]; Kronecker only. */
  outputVectors: 'laplace.outputVectors',
  /** Standard deviation along each pair of eigenvectors [D + 1, C], or each eigenvector [P]. */
  spreads: 'laplace.spreads',
  priorPrecision: 'laplace.priorPrecision',
} as const;

/** The last layer as the weights [D + 1, C] of inputs with a 1 behind them. */
export type LastLayer = {
  readonly layer: DenseLayer;
  /** Inputs of the layer, the 1 included. */
  readonly inputs: number;
  readonly outputs: number;
};

export function lastLayerOf({ layers }: Pick<Network, 'layers'>): LastLayer {
  const layer = layers.at(-1) as DenseLayer;
  return { layer, inputs: layer.inputShape[0]! + 1, outputs: layer.outputShape[0]! };
}

/**
 * What comes into the last layer with a 1 behind it [N, D + 1], and what leaves it [N, C], with all
 * weights fixed.
 */
export function lastLayerNodes(
  network: Network,
  parameters: Parameters,
  x: Node,
): { inputs: Node; outputs: Node } {
  const parameter = (name: string) => constant(parameters[name]!.data, parameters[name]!.shape);
  const { layer } = lastLayerOf(network);
  const hidden = forward(network.layers.slice(0, -1), x, { parameter, mask: () => null });
  const one = add(multiply(slice(hidden, 1, 0, 1), constant(0)), constant(1));
  return {
    inputs: concat([hidden, one], 1),
    outputs: affine(layer, hidden, parameter(weightName(layer)), parameter(biasName(layer))),
  };
}
