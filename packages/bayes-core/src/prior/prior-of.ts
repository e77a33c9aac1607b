import type { PriorSpec } from '../nn/posterior-spec.js';
import { gaussianPrior } from './gaussian.js';
import { laplacePrior } from './laplace.js';
import type { Prior } from './prior.js';
import { scaleMixturePrior } from './scale-mixture.js';

/** The prior that a spec asks for. */
export function priorOf(spec: PriorSpec): Prior {
  switch (spec.kind) {
    case 'gaussian':
      return gaussianPrior(spec.deviation);
    case 'scale-mixture':
      return scaleMixturePrior(spec.share, spec.wide, spec.narrow);
    case 'laplace':
      return laplacePrior(spec.scale);
  }
}
