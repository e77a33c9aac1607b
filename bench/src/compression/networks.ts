import type { LayerSpec, PartialModelSpec, PartialPosteriorSpec } from '@dubio/bayes-core';

const relu: LayerSpec = { kind: 'relu' };
const pool: LayerSpec = { kind: 'max-pool', size: 2 };
const dense = (units: number): LayerSpec => ({ kind: 'dense', units });
const conv = (channels: number): LayerSpec => ({ kind: 'conv2d', channels, kernel: 5 });

/** LeCun et al. 1998, in the sizes that papers on compression use. */
export const NETWORKS = {
  'lenet-300-100': [dense(300), relu, dense(100), relu],
  'lenet-5-caffe': [conv(20), pool, relu, conv(50), pool, relu, dense(500), relu],
} as const satisfies Readonly<Record<string, readonly LayerSpec[]>>;
export type NetworkName = keyof typeof NETWORKS;

export const PRIORS = ['group-normal-jeffreys', 'group-horseshoe'] as const;
export type PriorName = (typeof PRIORS)[number];

export type Protocol = {
  readonly epochs: number;
  /** Epochs over which the divergence comes in. */
  readonly warmUp: number;
  readonly learningRate: number;
  /** Most that the variance of a weight of the first layer may be; null for no limit. */
  readonly firstVariance: number | null;
};

/** One network under one prior; without a prior, the same network with certain weights. */
export function specOf(
  network: NetworkName,
  prior: PriorName | 'point',
  { epochs, warmUp, learningRate, firstVariance }: Protocol,
): PartialModelSpec {
  const posterior: PartialPosteriorSpec =
    prior === 'point'
      ? { kind: 'point' }
      : {
          kind: prior,
          klWarmUpEpochs: warmUp,
          ...(firstVariance === null ? {} : { firstVarianceAtMost: firstVariance }),
        };
  return {
    network: { layers: NETWORKS[network] },
    input: { shape: [1, 28, 28] },
    output: { kind: 'class', classes: 10 },
    posterior,
    optimiser: { kind: 'adam', learningRate },
    batchSize: 128,
    maxEpochs: epochs,
  };
}
