import { z } from 'zod';
import { oneOfWords, posteriorsThat } from '../catalogue/posteriors/index.js';

/** Which network of a model was used: all of it, or the smaller one that is left without what is noise. */
export const UsedNetwork = z.enum(['full', 'small']);
export type UsedNetwork = z.infer<typeof UsedNetwork>;

/** Whether the smaller network of a model may stand for the full one, and a sentence that says why or why not. */
export const SmallNetwork = z.object({ usable: z.boolean(), reason: z.string() });
export type SmallNetwork = z.infer<typeof SmallNetwork>;

/** What was used, and, where the smaller network was wanted but the full one used, why. */
export const NetworkChoice = z.object({ network: UsedNetwork, reason: z.string().nullable() });
export type NetworkChoice = z.infer<typeof NetworkChoice>;

const NO_SMALL_NETWORK = `It has no smaller network: that takes the posterior ${oneOfWords(posteriorsThat('compresses'))}, and a klScale at which something is left.`;
const NOT_STORED =
  'It was trained before smaller networks could be used, so there is none to load; start a round.';

/** What is known of the smaller network of a model. */
export type SmallNetworkFacts = {
  /** The verdict on it; null where there is no such network. */
  readonly gate: { readonly passed: boolean; readonly reason: string } | null;
  /** Whether its posterior was stored, so that it can be sampled from. */
  readonly isStored: boolean;
};

export function smallNetworkOf({ gate, isStored }: SmallNetworkFacts): SmallNetwork {
  if (gate === null) return { usable: false, reason: NO_SMALL_NETWORK };
  if (!gate.passed) return { usable: false, reason: gate.reason };
  return isStored ? { usable: true, reason: gate.reason } : { usable: false, reason: NOT_STORED };
}

/**
 * The network that predicts or scores: the smaller one where it is wanted and usable.
 * @see docs/decisions/0113
 */
export function chooseNetwork(wanted: boolean, small: SmallNetwork): NetworkChoice {
  if (!wanted) return { network: 'full', reason: null };
  return small.usable
    ? { network: 'small', reason: null }
    : { network: 'full', reason: small.reason };
}
