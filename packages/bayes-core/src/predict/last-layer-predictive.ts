import type { Engine } from '../engine/engine.js';
import { NumericsError } from '../errors.js';
import { graph } from '../graph/graph.js';
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
import { logMeanExp, reduceMean, reduceSum, softmax } from '../graph/ops/reduce.js';
import { noiseVarianceOf } from '../likelihood/gaussian.js';
import {
  checkFeatures,
  type FeatureMatrix,
  featureInput,
  featureTensors,
  featureType,
} from '../nn/features.js';
import { fieldError } from '../nn/field-error.js';
import { headsOf } from '../nn/heads.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import { networkOf } from '../posterior/family-of.js';
import type { FittedPosterior } from '../posterior/fitted.js';
import { LAPLACE } from '../posterior/laplace-last-layer.js';
import { lastLayerNodes, lastLayerOf } from '../posterior/last-layer-curvature.js';
import type { OutputMoments } from './moment-propagation/output-moments.js';

export type LastLayerPredictive =
  | {
      readonly kind: 'class';
      /** The expected softmax by the probit approximation, [N, C]. */
      readonly probs_N_C: Float32Array;
      readonly logitMean_N_C: Float32Array;
      readonly logitVariance_N_C: Float32Array;
    }
  | {
      readonly kind: 'number';
      /** In units of the target, and its square; exact for a Gaussian posterior of the last layer. */
      readonly mean_N: Float64Array;
      readonly epistemicVariance_N: Float64Array;
      readonly aleatoricVariance: number;
    };

export type LastLayerPredictiveOptions = {
  readonly engine: Engine;
  /** Of kind `laplace-last-layer`. */
  readonly posterior: FittedPosterior;
  readonly features: FeatureMatrix;
};

/** Rows of one call: no more than this, and no more values of pairs of classes. */
const [MOST_ROWS, MOST_PAIRS] = [256, 4e6];

/**
 * The predictive of a last-layer Laplace posterior without sampling: outputs are Gaussian with mean x'W and variance
 * x' Cov_c x, exact for numbers; for classes the expected softmax by MacKay's probit approximation (1992, equation 10)
 * of the difference of each pair of logits. Cost: N C^2 D.
 * @throws invalid_argument when the posterior is of another kind; invalid_data naming the row
 * @see Lu, Ie & Sha 2020, "Mean-Field Approximation to Gaussian-Softmax Integral with Application to Uncertainty Estimation"
 */
export async function lastLayerPredictive({
  engine,
  posterior,
  features,
}: LastLayerPredictiveOptions): Promise<LastLayerPredictive> {
  const { kind } = posterior.spec.posterior;
  if (kind !== 'laplace-last-layer') {
    throw new NumericsError(
      'invalid_argument',
      `A predictive in closed form needs a posterior of kind 'laplace-last-layer', got '${kind}'; sample it with createPredictor.`,
      { kind },
    );
  }
  const network = networkOf(posterior);
  checkFeatures(features, network.inputShape, 'Rows to predict');
  const outputs = await run(engine, network, posterior, features);
  if (posterior.spec.output.kind === 'class') {
    return {
      kind: 'class',
      probs_N_C: outputs.probs!,
      logitMean_N_C: outputs.mean!,
      logitVariance_N_C: outputs.variance!,
    };
  }
  const { targetScale, members, spec } = posterior;
  if (spec.output.kind !== 'number')
    throw fieldError('posterior.kind', 'one class or number', spec.output.kind);
  const { mean, deviation } = targetScale;
  return {
    kind: 'number',
    mean_N: Float64Array.from(outputs.mean!, (value) => mean + deviation * value),
    epistemicVariance_N: Float64Array.from(outputs.variance!, (value) => deviation ** 2 * value),
    aleatoricVariance: noiseVarianceOf(
      spec.output,
      headsOf(spec.output)[0]!,
      targetScale,
      members[0]!.parameters,
    ),
  };
}

async function run(
  engine: Engine,
  network: Network,
  { members, spec }: FittedPosterior,
  features: FeatureMatrix,
): Promise<Record<string, Float32Array>> {
  const { parameters } = members[0]!;
  const fed = featureInput(featureType(features), 'N', network.inputShape);
  const { inputs, outputs: mean } = lastLayerNodes(network, parameters, fed.decode(fed.raw));
  const variance = outputVariance(network, parameters, inputs);
  const isClass = spec.output.kind === 'class';
  const program = await engine.compile(
    graph({
      mean,
      variance,
      ...(isClass ? { probs: probit(network, parameters, inputs, mean) } : {}),
    }),
  );
  const { outputs: width } = lastLayerOf(network);
  const rowsPerCall = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_PAIRS / width ** 2)));
  const all: Record<string, Float32Array> = {};
  try {
    for (let start = 0; start < features.rows; start += rowsPerCall) {
      const end = Math.min(features.rows, start + rowsPerCall);
      const part = await program.run(featureTensors(features, start, end));
      for (const [name, { data }] of Object.entries(part)) {
        all[name] ??= new Float32Array(features.rows * width);
        all[name].set(data, start * width);
      }
    }
  } finally {
    await program.dispose();
  }
  return all;
}

const fixed = (fitted: Parameters, name: string, shape = fitted[name]!.shape) =>
  constant(fitted[name]!.data, shape);

/** Variance of the outputs along each of their eigenvectors, [N, C]: squared lengths of x along its own, weighed by the spreads. */
function turnedVariance(fitted: Parameters, inputs: Node): Node {
  const along = square(matmul(inputs, fixed(fitted, LAPLACE.inputVectors)));
  return matmul(along, square(fixed(fitted, LAPLACE.spreads)));
}

/** How far each standard normal number of a sample moves each output, [N, C, P]; full curvature. */
function outputMoves(network: Network, fitted: Parameters, inputs: Node): Node {
  const { inputs: width, outputs: classes } = lastLayerOf(network);
  const count = width * classes;
  const vectors = fixed(fitted, LAPLACE.inputVectors, [width, classes * count]);
  const along = reshape(matmul(inputs, vectors), [inputs.shape[0]!, classes, count]);
  return multiply(along, fixed(fitted, LAPLACE.spreads, [count]));
}

/** x' Cov_c x for each output c, [N, C]. */
function outputVariance(network: Network, fitted: Parameters, inputs: Node): Node {
  if (!fitted[LAPLACE.outputVectors])
    return reduceSum(square(outputMoves(network, fitted, inputs)), [2]);
  const vectors = fixed(fitted, LAPLACE.outputVectors);
  return matmul(turnedVariance(fitted, inputs), square(transpose(vectors)));
}

/** Cov(z_c, z_d) of outputs less their mean, [N, C, C]: the data leave that mean undetermined, and its large variance would only cancel. */
function centredCovariance(network: Network, fitted: Parameters, inputs: Node): Node {
  const { outputs: classes } = lastLayerOf(network);
  const rows = inputs.shape[0]!;
  const lessMean = (moves: Node) =>
    subtract(moves, reduceMean(moves, [moves.shape.length - 2], { keepDims: true }));
  if (!fitted[LAPLACE.outputVectors]) {
    const moves = lessMean(outputMoves(network, fitted, inputs));
    return matmul(moves, transpose(moves, [0, 2, 1]));
  }
  const vectors = lessMean(fixed(fitted, LAPLACE.outputVectors));
  const variance = reshape(turnedVariance(fitted, inputs), [rows, 1, classes]);
  return matmul(multiply(vectors, variance), transpose(vectors));
}

/**
 * The Gaussian outputs of a last-layer Laplace posterior on x; of several classes less their mean, which changes no gap.
 */
export function lastLayerMoments(network: Network, fitted: Parameters, x: Node): OutputMoments {
  const { inputs, outputs: mean } = lastLayerNodes(network, fitted, x);
  const { outputs: width } = lastLayerOf(network);
  if (width === 1) {
    const variance = outputVariance(network, fitted, inputs);
    return { mean, variance, covariance: (direction) => multiply(variance, direction) };
  }
  const rows = inputs.shape[0]!;
  const all = centredCovariance(network, fitted, inputs);
  return {
    mean,
    variance: reduceSum(multiply(all, identity(width)), [2]),
    covariance: (direction) =>
      reshape(matmul(all, reshape(direction, [rows, width, 1])), [rows, width]),
  };
}

/** Var(z_c - z_d) of each pair of outputs, [N, C, C]. */
function gapVariance(network: Network, fitted: Parameters, inputs: Node): Node {
  const { outputs: classes } = lastLayerOf(network);
  const rows = inputs.shape[0]!;
  const covariance = centredCovariance(network, fitted, inputs);
  const own = reduceSum(multiply(covariance, identity(classes)), [2]);
  const both = add(reshape(own, [rows, classes, 1]), reshape(own, [rows, 1, classes]));
  return relu(subtract(both, multiply(constant(2), covariance)));
}

function identity(size: number): Node {
  const ones = Float32Array.from({ length: size ** 2 }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  return constant(ones, [size, size]);
}

/**
 * p_c ~ 1 / sum_d exp(-(m_c - m_d) / sqrt(1 + pi/8 Var(z_c - z_d))), made to sum to 1: of two classes it is MacKay's probit of
 * their difference, and of more each pair of classes has its own. What moves all outputs together changes nothing.
 */
function probit(network: Network, fitted: Parameters, inputs: Node, mean: Node): Node {
  const { outputs: classes } = lastLayerOf(network);
  const rows = inputs.shape[0]!;
  const widening = multiply(constant(Math.PI / 8), gapVariance(network, fitted, inputs));
  const behind = subtract(reshape(mean, [rows, 1, classes]), reshape(mean, [rows, classes, 1]));
  const against = logMeanExp(divide(behind, sqrt(add(constant(1), widening))), 2);
  return softmax(negate(against));
}
