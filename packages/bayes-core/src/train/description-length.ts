import { headsOf } from '../nn/heads.js';
import type { ModelSpec } from '../nn/spec.js';
import type { DescriptionLength } from '../posterior/fitted.js';
import type { TrainingState } from './checkpoint.js';

/**
 * Whether a loss is the length of a code: a KL divergence for the weights, and a likelihood that is
 * not re-weighted.
 */
export function isDescribed({ posterior, output }: ModelSpec): boolean {
  const isLikelihood = headsOf(output).every(
    (head) => head.output.kind !== 'number' || !head.output.betaNll,
  );
  return 'klScale' in posterior && isLikelihood;
}

/**
 * Bits that the training answers and the weights take together (Hinton & van Camp 1993; Graves
 * 2011, equation 1):
 * error = E_q[-ln p(answers | w)] / ln 2, complexity = KL(q || prior) / ln 2, both means over the
 * steps of one epoch. The whole divergence counts, whatever share of it training used. Numbers are
 * coded in units of their standard deviation.
 * @see docs/decisions/0112
 */
export function descriptionLength(
  { epochFit, epochPenalty }: Pick<TrainingState, 'epochFit' | 'epochPenalty'>,
  steps: number,
  rows: number,
): DescriptionLength {
  return {
    errorBits: (rows * epochFit) / steps / Math.LN2,
    complexityBits: epochPenalty / steps / Math.LN2,
  };
}
