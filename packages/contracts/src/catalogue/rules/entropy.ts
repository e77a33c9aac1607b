import { NATS, type RuleEntry } from './rule-entry.js';

/** By uncertainty of either kind: the entropy of the predicted answer. */
export const ENTROPY_RULES = {
  entropy: {
    label: 'entropy',
    asks: 'most total uncertainty',
    when: 'Where answers are hardly ever a matter of chance, and a retraining follows a few labels.',
    fits: NATS,
    order: 'greatest',
  },
  'power-entropy': {
    label: 'power entropy',
    asks: 'picks by chance, weighted by total uncertainty',
    when: 'As entropy, in larger batches.',
    fits: NATS,
    order: 'power',
  },
  'softmax-entropy': {
    label: 'softmax entropy',
    asks: 'picks by chance, weighted by the exponential of total uncertainty',
    when: 'As power entropy, with less weight on items that the model is sure of.',
    fits: NATS,
    order: 'softmax',
  },
  'softrank-entropy': {
    label: 'softrank entropy',
    asks: 'picks by chance, weighted by the rank in total uncertainty',
    when: 'As power entropy, where the order of the uncertainties is trusted but not their size.',
    fits: NATS,
    order: 'softrank',
  },
} as const satisfies Readonly<Record<string, RuleEntry>>;
