import { type Head, headsOf } from '../nn/heads.js';
import type { ModelSpec } from '../nn/spec.js';
import { headScale, type TargetScale } from '../nn/targets.js';
import { bernoulli } from './bernoulli.js';
import { categorical } from './categorical.js';
import { gaussian, itemGaussian } from './gaussian.js';
import type { Likelihood, SingleLikelihood } from './likelihood.js';
import { noisyCategorical } from './noisy-categorical.js';
import { severalFields } from './several-fields.js';

/** The likelihood that a spec asks for. */
export function likelihoodOf(spec: ModelSpec, scale: TargetScale): Likelihood {
  const heads = headsOf(spec.output);
  const likelihoods = heads.map((head, k) => likelihoodOfHead(head, headScale(scale, k)));
  return spec.output.kind === 'fields' ? severalFields(heads, likelihoods) : likelihoods[0]!;
}

function likelihoodOfHead(head: Head, scale: TargetScale): SingleLikelihood {
  const { output } = head;
  switch (output.kind) {
    case 'class':
      return output.logitNoise
        ? noisyCategorical(output, head.prefix)
        : categorical(output.classes);
    case 'choices':
      return bernoulli(output.choices);
    case 'number':
      return output.noise === 'per-item'
        ? itemGaussian(output)
        : gaussian(output, scale, head.logVariance);
  }
}
