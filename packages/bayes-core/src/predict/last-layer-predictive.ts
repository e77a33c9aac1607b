import type { Engine } from '../engine/engine.js';
import { NumericsError } from '../errors.js';
import { graph } from '../graph/graph.js';
import { constant, type Node } from '../graph/node.js';
import { add, divide, multiply, sqrt, square, subtract } from '../graph/ops/elementwise.js';
import { reshape, transpose } from '../graph/ops/layout.js';
import { matmul } from '../graph/ops/linear.js';
import { reduceMean, softmax } from '../graph/ops/reduce.js';
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

const ROWS_PER_CALL = 256;

/**
 * The predictive of a last-layer Laplace posterior without sampling: outputs are Gaussian with mean x'W and variance
 * x' Cov_c x, exact for numbers; for classes the expected softmax by MacKay's probit approximation (1992, equation 10)
 * of each logit less the mean of all.
 * @throws invalid_argument when the posterior is of another kind; invalid_data naming the row
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
  const all: Record<string, Float32Array> = {};
  try {
    for (let start = 0; start < features.rows; start += ROWS_PER_CALL) {
      const end = Math.min(features.rows, start + ROWS_PER_CALL);
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

/**
 * x' Cov_c x for each output c, [N, C]: squared lengths of x along the eigenvectors, weighed by the spreads.
 * `turn` changes the eigenvectors of the outputs [.., C, ..] first.
 */
function outputVariance(
  network: Network,
  fitted: Parameters,
  inputs: Node,
  turn: (vectors: Node, axis: number) => Node = (vectors) => vectors,
): Node {
  const { inputs: width, outputs: classes } = lastLayerOf(network);
  const fixed = (name: string, shape = fitted[name]!.shape) => constant(fitted[name]!.data, shape);
  if (fitted[LAPLACE.outputVectors]) {
    const along = square(matmul(inputs, fixed(LAPLACE.inputVectors)));
    const spread = matmul(along, square(fixed(LAPLACE.spreads)));
    return matmul(spread, square(transpose(turn(fixed(LAPLACE.outputVectors), 0))));
  }
  const count = width * classes;
  const vectors = turn(fixed(LAPLACE.inputVectors, [width, classes, count]), 1);
  const products = matmul(inputs, reshape(vectors, [width, classes * count]));
  const along = reshape(products, [inputs.shape[0]!, classes, count]);
  const spreads = square(fixed(LAPLACE.spreads, [count, 1]));
  return reshape(matmul(square(along), spreads), [inputs.shape[0]!, classes]);
}

/**
 * softmax(mean / sqrt(1 + pi/8 v)) with v the variance of each logit less the mean of all: what moves all logits together
 * changes no probability, and the data leave just that direction undetermined.
 */
function probit(network: Network, fitted: Parameters, inputs: Node, mean: Node): Node {
  const lessMean = (values: Node, axis: number) =>
    subtract(values, reduceMean(values, [axis], { keepDims: true }));
  const variance = outputVariance(network, fitted, inputs, lessMean);
  const widening = sqrt(add(constant(1), multiply(constant(Math.PI / 8), variance)));
  return softmax(divide(lessMean(mean, 1), widening));
}
