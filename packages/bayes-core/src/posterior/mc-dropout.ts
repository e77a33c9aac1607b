import { stream } from '../random/stream.js';
import { bernoulli } from '../random/uniform.js';
import { dropoutLayers, type PosteriorFamily } from './family.js';
import { point } from './point.js';

/**
 * Monte Carlo dropout (Gal & Ghahramani 2016): sample t keeps each unit or channel with probability
 * 1 - rate; its masks come from the stream (model seed, layer, t) alone.
 */
export const mcDropout: PosteriorFamily = {
  ...point,
  sampleCount: (_fitted, asked) => asked,
  firstUncertainLayer: (network) => {
    const first = network.layers.findIndex((layer) => layer.kind === 'dropout');
    return first < 0 ? network.layers.length : first;
  },
  sampleNetwork: (fitted, network, index) => {
    const source = stream(fitted.seed).split('posterior');
    const keep = new Map(
      dropoutLayers(network).map((layer) => [
        layer.name,
        bernoulli(source.split(layer.name).at(index), 1 - layer.rate, layer.maskSize),
      ]),
    );
    return { parameters: fitted.members[0]!.parameters, keep };
  },
};
