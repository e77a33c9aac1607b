import type { Parameters } from '../src/nn/parameters.js';
import type { PartialPosteriorSpec } from '../src/nn/posterior-spec.js';
import type { LayerSpec, PartialModelSpec } from '../src/nn/spec.js';
import { rhoName, softplus } from '../src/posterior/gaussian-weights.js';
import { LAPLACE } from '../src/posterior/last-layer.js';

/** Mean and variance of one tensor of sampled weights. */
export type WeightMoments = {
  readonly mean: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
};

/** One family as every test of the conformance suites takes it. */
export type PosteriorCase = {
  readonly name: string;
  readonly posterior: PartialPosteriorSpec;
  /** False where another case has the same samples, and differs in training only. */
  readonly ownSamples?: boolean;
  /**
   * Nets on which the mean loss in training is that of sampled networks. Not where training sees a
   * smooth stand-in of what is sampled, and not where noise of activations is exact for the cells
   * of a convolution one by one only.
   */
  readonly trainsOnSamples: readonly ('dense' | 'images')[];
  /** What the weights of many samples must average to; undefined where weights do not vary. */
  readonly weightMoments?: (parameters: Parameters, name: string) => WeightMoments;
  /**
   * ln of the prior density of a weight, for families whose penalty is the KL divergence of
   * Gaussian weights.
   */
  readonly logPrior?: (w: number) => number;
};

const gaussianWeights = (parameters: Parameters, name: string): WeightMoments => ({
  mean: parameters[name]!.data,
  variance: Float64Array.from(parameters[rhoName(name)]!.data, (rho) => softplus(rho) ** 2),
});

/**
 * w = z v of independent scale and weight, from E z and E z^2 of a layer's group; dense biases have
 * no scale.
 */
function groupedWeights(
  parameters: Parameters,
  name: string,
  scale: (layer: string, group: number) => readonly [number, number],
): WeightMoments {
  const own = gaussianWeights(parameters, name);
  if (!name.endsWith('.weight')) return own;
  const perGroup = parameters[name]!.shape[1]!;
  const moments = Array.from(own.mean, (mean, i) => {
    const [z, square] = scale(name.slice(0, -'.weight'.length), Math.floor(i / perGroup));
    return [z * mean, square * (mean ** 2 + own.variance[i]!) - (z * mean) ** 2] as const;
  });
  return { mean: moments.map(([mean]) => mean), variance: moments.map(([, variance]) => variance) };
}

/** variance / 2 + sum of squared deviations / 2 (K - 1). */
function swagWeights(parameters: Parameters, name: string): WeightMoments {
  const columns = parameters[`${name}.deviations`]!;
  const [rank, size] = [columns.shape[0]!, parameters[name]!.data.length];
  const variance = Float64Array.from(parameters[`${name}.variance`]!.data, (own, i) => {
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += columns.data[k * size + i]! ** 2;
    return own / 2 + sum / (2 * (rank - 1));
  });
  return { mean: parameters[name]!.data, variance };
}

/** The last layer's variances from a function of (input, output); weights before it are certain. */
function lastLayerWeights(
  parameters: Parameters,
  name: string,
  varianceOf: (input: number, output: number) => number,
): WeightMoments {
  const { data } = parameters[name]!;
  const [inputs, outputs] = parameters['head.weight']!.shape as [number, number];
  const firstInput = name === 'head.bias' ? inputs : 0;
  const variance = Float64Array.from(data, (_, i) =>
    name.startsWith('head.') ? varianceOf(firstInput + Math.floor(i / outputs), i % outputs) : 0,
  );
  return { mean: data, variance };
}

function kroneckerWeights(parameters: Parameters, name: string): WeightMoments {
  const [vIn, vOut, spreads] = [LAPLACE.inputVectors, LAPLACE.outputVectors, LAPLACE.spreads].map(
    (part) => parameters[part]!,
  );
  const [inputs, outputs] = spreads!.shape as [number, number];
  return lastLayerWeights(parameters, name, (d, c) => {
    let sum = 0;
    for (let i = 0; i < inputs; i++)
      for (let j = 0; j < outputs; j++)
        sum +=
          (vIn!.data[d * inputs + i]! *
            spreads!.data[i * outputs + j]! *
            vOut!.data[c * outputs + j]!) **
          2;
    return sum;
  });
}

function fullWeights(parameters: Parameters, name: string): WeightMoments {
  const [vectors, spreads] = [LAPLACE.inputVectors, LAPLACE.spreads].map(
    (part) => parameters[part]!.data,
  );
  const outputs = parameters['head.bias']!.shape[0]!;
  const count = spreads!.length;
  return lastLayerWeights(parameters, name, (d, c) => {
    const row = (d * outputs + c) * count;
    let sum = 0;
    for (let k = 0; k < count; k++) sum += (vectors![row + k]! * spreads![k]!) ** 2;
    return sum;
  });
}

const logGaussian = (deviation: number) => (w: number) =>
  -0.5 * (w / deviation) ** 2 - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI);
const mixture = { kind: 'scale-mixture', share: 0.25, wide: 1, narrow: 0.1 } as const;
const logMixture = (w: number) =>
  Math.log(
    mixture.share * Math.exp(logGaussian(mixture.wide)(w)) +
      (1 - mixture.share) * Math.exp(logGaussian(mixture.narrow)(w)),
  );
const meanField = {
  kind: 'mean-field',
  initialDeviation: 0.2,
  prior: { kind: 'gaussian', deviation: 0.5 },
} as const;
const gaussianCase = {
  trainsOnSamples: ['dense', 'images'] as const,
  weightMoments: gaussianWeights,
  logPrior: logGaussian(0.5),
};

export const posteriorCases: readonly PosteriorCase[] = [
  {
    name: 'MC dropout',
    posterior: { kind: 'mc-dropout', rate: 0.3 },
    trainsOnSamples: ['dense', 'images'],
  },
  {
    name: 'mean field by weight sampling',
    posterior: { ...meanField, estimator: 'weight-sampling' },
    ...gaussianCase,
  },
  {
    name: 'mean field by local reparameterisation',
    posterior: { ...meanField, estimator: 'local-reparameterisation' },
    ownSamples: false,
    ...gaussianCase,
    trainsOnSamples: ['dense'],
  },
  {
    name: 'mean field by flipout',
    posterior: { ...meanField, estimator: 'flipout' },
    ownSamples: false,
    ...gaussianCase,
  },
  {
    name: 'mean field with a scale mixture',
    posterior: { ...meanField, estimator: 'flipout', prior: mixture },
    ownSamples: false,
    ...gaussianCase,
    trainsOnSamples: [],
    logPrior: logMixture,
  },
  {
    name: 'mean field with a Laplace prior',
    posterior: { ...meanField, prior: { kind: 'laplace', scale: 0.3 } },
    ownSamples: false,
    ...gaussianCase,
    trainsOnSamples: ['dense'],
    logPrior: (w) => -Math.abs(w) / 0.3 - Math.log(0.6),
  },
  {
    name: 'concrete dropout',
    posterior: { kind: 'concrete-dropout', initialRate: 0.3 },
    trainsOnSamples: [],
  },
  {
    name: 'groups under normal-Jeffreys',
    posterior: { kind: 'group-normal-jeffreys', initialDeviation: 0.2 },
    trainsOnSamples: ['dense'],
    weightMoments: (parameters, name) =>
      groupedWeights(parameters, name, (layer, group) => {
        const mean = parameters[`${layer}.scale`]!.data[group]!;
        const deviation = softplus(parameters[`${layer}.scale.rho`]!.data[group]!);
        return [mean, mean ** 2 + deviation ** 2];
      }),
  },
  {
    name: 'groups under a horseshoe',
    posterior: { kind: 'group-horseshoe', globalScale: 0.1, initialDeviation: 0.2 },
    trainsOnSamples: ['dense'],
    weightMoments: (parameters, name) =>
      groupedWeights(parameters, name, (layer, group) => {
        let [mean, variance] = [0, 0];
        for (const [part, i] of [
          ['global.gamma', 0],
          ['global.inverse', 0],
          ['local.gamma', group],
          ['local.inverse', group],
        ] as const) {
          mean += parameters[`${layer}.${part}`]!.data[i]! / 2;
          variance += softplus(parameters[`${layer}.${part}.rho`]!.data[i]!) ** 2 / 4;
        }
        return [Math.exp(mean + variance / 2), Math.exp(2 * mean + 2 * variance)];
      }),
  },
  {
    name: 'SWAG',
    posterior: { kind: 'swag', epochs: 4, rank: 3 },
    trainsOnSamples: [],
    weightMoments: swagWeights,
  },
  {
    name: 'Laplace of the last layer by Kronecker factors',
    posterior: { kind: 'laplace-last-layer' },
    trainsOnSamples: [],
    weightMoments: kroneckerWeights,
  },
  {
    name: 'Laplace of the last layer in full',
    posterior: { kind: 'laplace-last-layer', curvature: 'full' },
    trainsOnSamples: [],
    weightMoments: fullWeights,
  },
];

const layers: readonly LayerSpec[] = [
  { kind: 'dense', units: 6 },
  { kind: 'dropout' },
  { kind: 'tanh' },
  { kind: 'dense', units: 5 },
  { kind: 'dropout' },
  { kind: 'relu' },
];

const imageLayers: readonly LayerSpec[] = [
  { kind: 'conv2d', channels: 4, kernel: 3, padding: 1 },
  { kind: 'dropout', of: 'channels' },
  { kind: 'max-pool', size: 2 },
  { kind: 'relu' },
  { kind: 'conv2d', channels: 5, kernel: 2 },
  { kind: 'tanh' },
  { kind: 'dense', units: 6 },
  { kind: 'dropout' },
  { kind: 'relu' },
];

/** A small net of dense layers over four inputs, for three classes. */
export function denseSpec({ posterior }: PosteriorCase): PartialModelSpec {
  return {
    network: { layers },
    input: { shape: [4] },
    output: { kind: 'class', classes: 3 },
    posterior,
  };
}

/** A small conv net over 6 x 6 images of two channels, for three classes. */
export function imageSpec({ posterior }: PosteriorCase): PartialModelSpec {
  return {
    network: { layers: imageLayers },
    input: { shape: [2, 6, 6] },
    output: { kind: 'class', classes: 3 },
    posterior,
  };
}

/** The same nets for tests that go through all families: dense and images. */
export const posteriorNets: readonly (readonly [string, PartialModelSpec])[] = posteriorCases
  .filter((each) => each.ownSamples !== false)
  .flatMap((each) => [
    [`${each.name}, dense`, denseSpec(each)] as const,
    [`${each.name}, images`, imageSpec(each)] as const,
  ]);
