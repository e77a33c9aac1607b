import { forward } from '../nn/forward.js';
import { type DropoutLayer, maskShape } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import { initialParameters } from '../nn/parameters.js';
import { fillBernoulli } from '../random/uniform.js';
import {
  CERTAIN_WEIGHTS,
  dropoutLayers,
  NOTHING_DROPPED,
  type NoiseInput,
  type PosteriorFamily,
  type TrainingForm,
} from './family.js';

/**
 * Training of weights as they are, with a mask for each item where the network has dropout layers.
 */
export function plainForm(network: Network, batchSize: number): TrainingForm {
  return {
    slots: network.parameters,
    noise: dropoutLayers(network).map((layer) => maskNoise(layer, batchSize)),
    initialValues: (initialisation, source) => initialParameters(network, initialisation, source),
    outputs: (x, { parameter, noise }) =>
      forward(network.layers, x, { parameter, mask: (layer) => noise(maskName(layer)) }),
    penalty: null,
  };
}

function maskName(layer: DropoutLayer): string {
  return `mask.${layer.name}`;
}

/** 1 / keep with probability keep = 1 - rate, else 0. */
function maskNoise(layer: DropoutLayer, batchSize: number): NoiseInput {
  const keep = 1 - layer.rate;
  return {
    name: maskName(layer),
    stream: layer.name,
    shape: [batchSize, ...maskShape(layer)],
    fill: (source, out) => fillBernoulli(source, keep, out, { on: 1 / keep }),
  };
}

/** Weights taken as certain; what other families are described against. */
export const point: PosteriorFamily = {
  memberCount: 1,
  sampleCount: () => 1,
  sharesParameters: true,
  firstUncertainLayer: (network) => network.layers.length,
  trainingForm: plainForm,
  meanNetwork: (_network, parameters) => parameters,
  pruning: null,
  gathering: null,
  afterTraining: async ({ parameters }) => parameters,
  savedSlots: (network) => network.parameters,
  fittedNetwork: (network) => network,
  weightMoments: () => CERTAIN_WEIGHTS,
  sampleNetwork: (fitted) => ({ parameters: fitted.members[0]!.parameters, keep: NOTHING_DROPPED }),
};
