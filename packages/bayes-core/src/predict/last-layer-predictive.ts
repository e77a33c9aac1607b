import type { Engine } from '../engine/engine.js';
import { NumericsError } from '../errors.js';
import { graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { multiply } from '../graph/ops/elementwise.js';
import { reshape } from '../graph/ops/layout.js';
import { matmul } from '../graph/ops/linear.js';
import { reduceSum } from '../graph/ops/reduce.js';
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
import { noiseVarianceOf } from '../nn/noise-variance.js';
import type { Parameters } from '../nn/parameters.js';
import { networkOf } from '../posterior/family-of.js';
import type { FittedPosterior } from '../posterior/fitted.js';
import { lastLayerNodes, lastLayerOf } from '../posterior/last-layer.js';
import {
  centredCovariance,
  identity,
  lastLayerGaussian,
  outputVariance,
  probit,
  rowsPerProbit,
} from '../posterior/last-layer-outputs.js';
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
      /**
       * In units of the target, and its square; exact for a Gaussian posterior of the last layer.
       */
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

/**
 * The predictive of a last-layer Laplace posterior without sampling: outputs are Gaussian with mean
 * x'W and variance x' Cov_c x, exact for numbers; for classes the expected softmax by MacKay's
 * probit approximation (1992, equation 10) of the difference of each pair of logits. Cost: N C^2 D.
 * @throws invalid_argument when the posterior is of another kind; invalid_data naming the row
 * @see Lu, Ie & Sha 2020, "Mean-Field Approximation to Gaussian-Softmax Integral with Application
 * to Uncertainty Estimation"
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
  const last = lastLayerOf(network);
  const gaussian = lastLayerGaussian(last, parameters);
  const variance = outputVariance(gaussian, inputs);
  const isClass = spec.output.kind === 'class';
  const program = await engine.compile(
    graph({
      mean,
      variance,
      ...(isClass ? { probs: probit(gaussian, inputs, mean) } : {}),
    }),
  );
  const { outputs: width } = last;
  const rowsPerCall = rowsPerProbit(width);
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

/**
 * The Gaussian outputs of a last-layer Laplace posterior on x; of several classes less their mean,
 * which changes no gap.
 */
export function lastLayerMoments(network: Network, fitted: Parameters, x: Node): OutputMoments {
  const { inputs, outputs: mean } = lastLayerNodes(network, fitted, x);
  const last = lastLayerOf(network);
  const { outputs: width } = last;
  const gaussian = lastLayerGaussian(last, fitted);
  if (width === 1) {
    const variance = outputVariance(gaussian, inputs);
    return { mean, variance, covariance: (direction) => multiply(variance, direction) };
  }
  const rows = inputs.shape[0]!;
  const all = centredCovariance(gaussian, inputs);
  return {
    mean,
    variance: reduceSum(multiply(all, identity(width)), [2]),
    covariance: (direction) =>
      reshape(matmul(all, reshape(direction, [rows, width, 1])), [rows, width]),
  };
}
