import type { PenaltySpec } from '../nn/posterior-spec.js';
import type { PosteriorSpec } from '../nn/spec.js';

const WHOLE: PenaltySpec = { klShares: 'uniform', klScale: 1 };

/**
 * What minibatch i = 0 .. M - 1 counts of the KL divergence; the shares of one pass sum to 1
 * (Blundell et al. 2015, section 3.4): 1/M each, or 2^(M-1-i) / (2^M - 1), which makes the prior
 * speak first.
 */
export function minibatchShare(
  kind: 'uniform' | 'geometric',
  index: number,
  batches: number,
): number {
  if (kind === 'uniform') return 1 / batches;
  // Divided by 2^M on both sides, so that a thousand minibatches do not overflow.
  return 2 ** -(index + 1) / (1 - 2 ** -batches);
}

/**
 * Factor of the penalty in the loss of a step, which is a mean over rows: klScale M share_i / N, on
 * average klScale / N. The KL divergence is one sum for the whole training set of N rows, so it is
 * N, never the batch size, that divides it.
 */
export function penaltyWeight(
  spec: PosteriorSpec,
  rows: number,
  batchSize: number,
  step: number,
): number {
  const { klShares, klScale } = 'klShares' in spec ? spec : WHOLE;
  const batches = Math.ceil(rows / batchSize);
  return (klScale * batches * minibatchShare(klShares, step % batches, batches)) / rows;
}

/**
 * The part of the penalty that counts after `epochs` (fractions too): min(1, epochs / E) in a
 * warm-up of E epochs.
 */
export function warmth(spec: PosteriorSpec, epochs: number): number {
  const klWarmUpEpochs = warmUpEpochs(spec);
  return klWarmUpEpochs === 0 ? 1 : Math.min(1, epochs / klWarmUpEpochs);
}

/** Epochs before the whole of the penalty counts. */
export function warmUpEpochs(spec: PosteriorSpec): number {
  return ('klShares' in spec ? spec.klWarmUpEpochs : undefined) ?? 0;
}
