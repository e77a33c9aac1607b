import type { ModelSpec } from '../nn/spec.js';
import type { TargetScale } from '../nn/targets.js';
import { categorical } from './categorical.js';
import { gaussian } from './gaussian.js';
import type { Likelihood } from './likelihood.js';

/** The likelihood that a spec asks for. */
export function likelihoodOf(spec: ModelSpec, scale: TargetScale): Likelihood {
  return spec.output.kind === 'class'
    ? categorical(spec.output.classes)
    : gaussian(spec.output.noiseVariance, scale);
}
