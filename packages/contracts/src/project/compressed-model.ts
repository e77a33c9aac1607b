import { z } from 'zod';
import { oneOfWords, posteriorsThat } from '../catalogue/posteriors/index.js';

/**
 * Which network of a model was used: all of it, or the compressed one that is left without what is
 * noise.
 */
export const UsedNetwork = z.enum(['full', 'compressed']);
export type UsedNetwork = z.infer<typeof UsedNetwork>;

/**
 * Whether the compressed model may stand for the full one, and a sentence that says why or why not.
 */
export const CompressedModel = z.object({ usable: z.boolean(), reason: z.string() });
export type CompressedModel = z.infer<typeof CompressedModel>;

/** What was used, and, where the compressed model was wanted but the full one used, why. */
export const NetworkChoice = z.object({ network: UsedNetwork, reason: z.string().nullable() });
export type NetworkChoice = z.infer<typeof NetworkChoice>;

const NO_COMPRESSED_MODEL = `It has no compressed model: that takes the posterior ${oneOfWords(posteriorsThat('compresses'))}, and a klScale at which something is left.`;
const NOT_STORED =
  'It was trained before compressed models could be used, so there is none to load; start a round.';

/** What is known of the compressed model. */
export type CompressedModelFacts = {
  /** The verdict on it; null where there is no such network. */
  readonly gate: { readonly passed: boolean; readonly reason: string } | null;
  /** Whether its posterior was stored, so that it can be sampled from. */
  readonly isStored: boolean;
};

export function compressedModelOf({ gate, isStored }: CompressedModelFacts): CompressedModel {
  if (gate === null) return { usable: false, reason: NO_COMPRESSED_MODEL };
  if (!gate.passed) return { usable: false, reason: gate.reason };
  return isStored ? { usable: true, reason: gate.reason } : { usable: false, reason: NOT_STORED };
}

/**
 * The network that predicts or scores: the compressed one where it is wanted and usable.
 * @see docs/decisions/0113
 */
export function chooseNetwork(wanted: boolean, compressed: CompressedModel): NetworkChoice {
  if (!wanted) return { network: 'full', reason: null };
  return compressed.usable
    ? { network: 'compressed', reason: null }
    : { network: 'full', reason: compressed.reason };
}
