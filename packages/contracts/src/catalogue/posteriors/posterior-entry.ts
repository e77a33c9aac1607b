import type { Entry } from '../fields.js';

/** What a kind of posterior can do, as far as anything else has to know. */
export type PosteriorAbilities = {
  /** Has epistemic uncertainty: its samples disagree. */
  readonly epistemic: boolean;
  /** Each posterior sample is another network, however many are drawn. */
  readonly unlimitedSamples: boolean;
  /**
   * What it can be fitted to: all that can be asked, or one choice or one number with plain noise.
   */
  readonly fits: 'everything' | 'one-plain-field';
  /** Knows how much of each weight is noise, so that a compressed model can be made. */
  readonly compresses: boolean;
  /** Mean and variance can be carried through the network in one pass. */
  readonly onePass: boolean;
  /** Labels can be dealt to partitions whose answers are multiplied. */
  readonly partitions: boolean;
  /** Can be the prior of the next round. */
  readonly streams: boolean;
  /** The prior stands in the loss, so that there is no weight decay beside it. */
  readonly priorInLoss: boolean;
};

export type PosteriorEntry = Entry & {
  /** In a line about a model. */
  readonly short: string;
  readonly can: PosteriorAbilities;
};
