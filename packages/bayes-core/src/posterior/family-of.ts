import { type Network, resolveNetwork } from '../nn/network.js';
import type { PosteriorSpec } from '../nn/spec.js';
import { concreteDropout } from './concrete-dropout.js';
import { ensemble } from './ensemble.js';
import type { PosteriorFamily } from './family.js';
import type { FittedPosterior } from './fitted.js';
import { groupScaled } from './group-scaled.js';
import { laplaceLastLayer } from './laplace-last-layer.js';
import { mcDropout } from './mc-dropout.js';
import { meanField } from './mean-field.js';
import { point } from './point.js';
import { swag } from './swag.js';

/** The family that a spec asks for. */
export function familyOf(spec: PosteriorSpec): PosteriorFamily {
  switch (spec.kind) {
    case 'point':
      return point;
    case 'mc-dropout':
      return mcDropout;
    case 'ensemble':
      return ensemble(spec.members);
    case 'mean-field':
      return meanField(spec);
    case 'concrete-dropout':
      return concreteDropout(spec);
    case 'group-normal-jeffreys':
    case 'group-horseshoe':
      return groupScaled(spec);
    case 'swag':
      return swag(spec);
    case 'laplace-last-layer':
      return laplaceLastLayer(spec);
  }
}

/** The network of a trained posterior, with what its layers have learned. */
export function networkOf(fitted: FittedPosterior): Network {
  return familyOf(fitted.spec.posterior).fittedNetwork(resolveNetwork(fitted.spec), fitted);
}
