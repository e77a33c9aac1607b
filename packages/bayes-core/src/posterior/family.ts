import type { DropoutLayer } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { PosteriorSpec } from '../nn/spec.js';
import { stream } from '../random/stream.js';
import { bernoulli } from '../random/uniform.js';
import type { FittedPosterior } from './fitted.js';

/** One draw from a posterior: ONE network for every item of a pool, on every worker. */
export type NetworkSample = {
  readonly parameters: Parameters;
  /** 1 = kept, one value for each unit or channel, by the name of the dropout layer. */
  readonly keep: ReadonlyMap<string, Uint8Array>;
};

/** How weights are uncertain. All families look alike from outside. */
export type PosteriorFamily = {
  /** Networks to train. */
  memberCount(spec: PosteriorSpec): number;
  /** How many different samples there are to draw, given how many are asked for. */
  sampleCount(fitted: FittedPosterior, asked: number): number;
  /** Whether all samples have the same weights (and differ in what they keep). */
  readonly sharesParameters: boolean;
  sampleNetwork(fitted: FittedPosterior, network: Network, index: number): NetworkSample;
};

const NOTHING_DROPPED: ReadonlyMap<string, Uint8Array> = new Map();

/** Weights taken as certain. */
const point: PosteriorFamily = {
  memberCount: () => 1,
  sampleCount: () => 1,
  sharesParameters: true,
  sampleNetwork: (fitted) => ({ parameters: fitted.members[0]!.parameters, keep: NOTHING_DROPPED }),
};

/**
 * Monte Carlo dropout (Gal & Ghahramani 2016): sample t keeps each unit or channel with probability 1 - rate;
 * its masks come from the stream (model seed, layer, t) alone.
 */
const mcDropout: PosteriorFamily = {
  memberCount: () => 1,
  sampleCount: (_fitted, asked) => asked,
  sharesParameters: true,
  sampleNetwork: (fitted, network, index) => {
    const source = stream(fitted.seed).split('posterior');
    const dropouts = network.layers.filter(
      (layer): layer is DropoutLayer => layer.kind === 'dropout',
    );
    const keep = new Map(
      dropouts.map((layer) => [
        layer.name,
        bernoulli(source.split(layer.name).at(index), 1 - layer.rate, layer.maskSize),
      ]),
    );
    return { parameters: fitted.members[0]!.parameters, keep };
  },
};

/** Deep ensemble (Lakshminarayanan 2017): every member is a sample, and there are no others. */
const ensemble: PosteriorFamily = {
  memberCount: (spec) => (spec.kind === 'ensemble' ? spec.members : 1),
  sampleCount: (fitted) => fitted.members.length,
  sharesParameters: false,
  sampleNetwork: (fitted, _network, index) => ({
    parameters: fitted.members[index % fitted.members.length]!.parameters,
    keep: NOTHING_DROPPED,
  }),
};

const families: Readonly<Record<PosteriorSpec['kind'], PosteriorFamily>> = {
  point,
  'mc-dropout': mcDropout,
  ensemble,
};

export function familyOf(spec: PosteriorSpec): PosteriorFamily {
  return families[spec.kind];
}
