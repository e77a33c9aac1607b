/**
 * What is asked of an item: one choice, several choices of one question, a number, or several
 * fields.
 */
export type Asked = 'choice' | 'choices' | 'number' | 'fields';

/**
 * How the score of an item becomes its place in the queue.
 * `greatest`: the score itself. `uniform`: chance alone. `power`: beta ln(score) plus Gumbel noise.
 * `softmax`: beta score plus Gumbel noise. `softrank`: -beta ln(rank) plus Gumbel noise.
 * `joint`: greedily, by what the batch says as a whole.
 */
export type Ordering = 'greatest' | 'uniform' | 'power' | 'softmax' | 'softrank' | 'joint';

export type RuleEntry = {
  /** As the field writes it. */
  readonly label: string;
  /** Which items it asks for, as words in a list. */
  readonly asks: string;
  readonly when: string;
  readonly fits: readonly Asked[];
  readonly order: Ordering;
  /**
   * A few samples can rule items out: only those that may still get into the queue need all of
   * them.
   */
  readonly adaptive?: true;
  /** Uses `batchSize`: how many items it picks jointly before it goes on one by one. */
  readonly takesBatchSize?: true;
};

/** By uncertainty in nats, which adds up over choices and fields. */
export const NATS = ['choice', 'choices', 'fields'] as const;
/** By the items, whatever is asked. */
export const ANY = ['choice', 'choices', 'number', 'fields'] as const;
export const ONE_FIELD = ['choice', 'number'] as const;
