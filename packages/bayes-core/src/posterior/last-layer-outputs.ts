import { constant, type Node } from '../graph/node.js';
import {
  add,
  divide,
  multiply,
  negate,
  relu,
  sqrt,
  square,
  subtract,
} from '../graph/ops/elementwise.js';
import { reshape, transpose } from '../graph/ops/layout.js';
import { matmul } from '../graph/ops/linear.js';
import { logMeanExp, logSoftmax, reduceMean, reduceSum, softmax } from '../graph/ops/reduce.js';
import type { Parameters } from '../nn/parameters.js';
import { LAPLACE, type LastLayer } from './last-layer.js';

/** The Gaussian around the weights [D + 1, C] of a last layer, along its eigenvectors. */
export type LastLayerGaussian = Pick<LastLayer, 'inputs' | 'outputs'> & {
  /** In columns: [D + 1, D + 1] of the input factor, or [P, P] of the whole curvature. */
  readonly inputVectors: Node;
  /** [C, C]; null where the curvature is held in full. */
  readonly outputVectors: Node | null;
  /** Standard deviation along each pair of eigenvectors [D + 1, C], or each eigenvector [P]. */
  readonly spreads: Node;
};

/** Eigenvectors of the curvature, by the names of `LAPLACE`. */
export type Eigenvectors = Readonly<Record<string, Float64Array>>;

/** The Gaussian that was saved. */
export function lastLayerGaussian(
  { inputs, outputs }: LastLayer,
  fitted: Parameters,
): LastLayerGaussian {
  const saved = (name: string) => constant(fitted[name]!.data, fitted[name]!.shape);
  return {
    inputs,
    outputs,
    inputVectors: saved(LAPLACE.inputVectors),
    outputVectors: fitted[LAPLACE.outputVectors] ? saved(LAPLACE.outputVectors) : null,
    spreads: saved(LAPLACE.spreads),
  };
}

/** Rows of one call: no more than this, and no more values of pairs of classes. */
const [MOST_ROWS, MOST_PAIRS] = [256, 4e6];

export function rowsPerProbit(outputs: number): number {
  return Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_PAIRS / outputs ** 2)));
}

/**
 * Variance of the outputs along each of their eigenvectors, [N, C]: squared lengths of x along its
 * own, weighed by the spreads.
 */
function turnedVariance({ inputVectors, spreads }: LastLayerGaussian, inputs: Node): Node {
  return matmul(square(matmul(inputs, inputVectors)), square(spreads));
}

/** How far each standard normal number of a sample moves each output, [N, C, P]; full curvature. */
function outputMoves(gaussian: LastLayerGaussian, inputs: Node): Node {
  const { inputs: width, outputs: classes, inputVectors, spreads } = gaussian;
  const count = width * classes;
  const vectors = reshape(inputVectors, [width, classes * count]);
  return multiply(reshape(matmul(inputs, vectors), [inputs.shape[0]!, classes, count]), spreads);
}

/** x' Cov_c x for each output c, [N, C], of inputs x [N, D + 1]. */
export function outputVariance(gaussian: LastLayerGaussian, inputs: Node): Node {
  const { outputVectors } = gaussian;
  if (!outputVectors) return reduceSum(square(outputMoves(gaussian, inputs)), [2]);
  return matmul(turnedVariance(gaussian, inputs), square(transpose(outputVectors)));
}

/**
 * Cov(z_c, z_d) of outputs less their mean, [N, C, C]: the data leave that mean undetermined, and
 * its large variance would only cancel.
 */
export function centredCovariance(gaussian: LastLayerGaussian, inputs: Node): Node {
  const { outputs: classes, outputVectors } = gaussian;
  const lessMean = (moves: Node) =>
    subtract(moves, reduceMean(moves, [moves.shape.length - 2], { keepDims: true }));
  if (!outputVectors) {
    const moves = lessMean(outputMoves(gaussian, inputs));
    return matmul(moves, transpose(moves, [0, 2, 1]));
  }
  const vectors = lessMean(outputVectors);
  const variance = reshape(turnedVariance(gaussian, inputs), [inputs.shape[0]!, 1, classes]);
  return matmul(multiply(vectors, variance), transpose(vectors));
}

/** Var(z_c - z_d) of each pair of outputs, [N, C, C]. */
function gapVariance(gaussian: LastLayerGaussian, inputs: Node): Node {
  const { outputs: classes } = gaussian;
  const rows = inputs.shape[0]!;
  const covariance = centredCovariance(gaussian, inputs);
  const own = reduceSum(multiply(covariance, identity(classes)), [2]);
  const both = add(reshape(own, [rows, classes, 1]), reshape(own, [rows, 1, classes]));
  return relu(subtract(both, multiply(constant(2), covariance)));
}

export function identity(size: number): Node {
  const ones = Float32Array.from({ length: size ** 2 }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  return constant(ones, [size, size]);
}

/**
 * p_c ~ 1 / sum_d exp(-(m_c - m_d) / sqrt(1 + pi/8 Var(z_c - z_d))), made to sum to 1: of two
 * classes it is MacKay's probit of their difference, and of more each pair of classes has its own.
 * What moves all outputs together changes nothing.
 * Shapes: inputs [N, D + 1], mean [N, C] -> [N, C].
 */
export function probit(gaussian: LastLayerGaussian, inputs: Node, mean: Node): Node {
  return softmax(probitLogits(gaussian, inputs, mean));
}

/** ln of `probit`. */
export function logProbit(gaussian: LastLayerGaussian, inputs: Node, mean: Node): Node {
  return logSoftmax(probitLogits(gaussian, inputs, mean));
}

function probitLogits(gaussian: LastLayerGaussian, inputs: Node, mean: Node): Node {
  const { outputs: classes } = gaussian;
  const rows = inputs.shape[0]!;
  const widening = multiply(constant(Math.PI / 8), gapVariance(gaussian, inputs));
  const behind = subtract(reshape(mean, [rows, 1, classes]), reshape(mean, [rows, classes, 1]));
  return negate(logMeanExp(divide(behind, sqrt(add(constant(1), widening))), 2));
}
