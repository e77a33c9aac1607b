import { multiplyAdds } from '../nn/cost.js';
import type { Network } from '../nn/network.js';
import { familyOf } from '../posterior/family-of.js';
import type { FittedPosterior } from '../posterior/fitted.js';
import { sizeOf } from '../tensor.js';
import { maskedProgram } from './masked.js';
import type { SampleProgram } from './sample-program.js';
import { boundaryShape, type SplitNetwork, splitNetwork } from './split.js';
import { type SummedLayers, summedLayers, summedProgram } from './summed.js';
import { thinnedProgram } from './thinned.js';
import { expectedMultiplyAdds, planThinning } from './thinning-plan.js';

export const PREDICT_METHODS = ['summed', 'thinned', 'prefix', 'naive'] as const;

/**
 * How samples are run. `summed` adds up what kept channels give to the first convolution behind a
 * dropout of channels, where there is one (else it is `thinned`); `thinned` leaves out what is
 * dropped; `prefix` computes all that is certain once; `naive` nothing. All give the same numbers.
 */
export type PredictMethod = (typeof PREDICT_METHODS)[number];

/**
 * Samples of one call of `summed`: enough to fill a matrix product, few enough to stay in the
 * caches.
 */
const MOST_SUMMED = 64;

export type MethodProgram = { readonly split: SplitNetwork; readonly program: SampleProgram };

/** The program of a method; without one, of that with the fewest multiply-adds per sample. */
export function methodProgram(
  network: Network,
  posterior: FittedPosterior,
  samples: number,
  method: PredictMethod | undefined,
): MethodProgram {
  const { sharesParameters, firstUncertainLayer } = familyOf(posterior.spec.posterior);
  const shared = sharesParameters ? posterior.members[0]!.parameters : null;
  const split: SplitNetwork =
    method === 'naive'
      ? { prefix: [], suffix: network.layers }
      : splitNetwork(network, firstUncertainLayer(network));
  const { suffix } = split;
  if (method === 'prefix' || method === 'naive')
    return { split, program: maskedProgram(network, suffix, shared) };
  const sums = shared && method !== 'thinned' ? summedLayers(suffix) : null;
  const worthwhile = method === 'summed' || (sums && summedCost(sums) < thinnedCost(split));
  return {
    split,
    program:
      shared && sums && worthwhile
        ? summedProgram(network, sums, shared, evenly(samples, MOST_SUMMED))
        : thinnedProgram(network, suffix, boundaryShape(network, split)),
  };
}

function summedCost({ convolution, rest }: SummedLayers): number {
  return convolution.inputShape[0]! * sizeOf(convolution.outputShape) + multiplyAdds(rest);
}

function thinnedCost({ suffix }: SplitNetwork): number {
  return expectedMultiplyAdds(planThinning(suffix));
}

/**
 * Size of the parts when `count` is cut into as few parts of at most `most` as possible, all about
 * the same.
 */
function evenly(count: number, most: number): number {
  return Math.ceil(count / Math.ceil(count / most));
}
