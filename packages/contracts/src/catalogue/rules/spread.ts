import { ANY, type RuleEntry } from './rule-entry.js';

/** By where the items lie, seen by the last layer or by themselves; and by chance alone. */
export const SPREAD_RULES = {
  'core-set': {
    label: 'core-set',
    asks: 'so that no item is far from a labelled one',
    when: 'For large batches from a clean pool: outliers are picked as well.',
    fits: ANY,
    order: 'joint',
  },
  lcmd: {
    label: 'LCMD',
    asks: 'the far end of the largest crowd without labels',
    when: 'For large batches, above all of numbers.',
    fits: ANY,
    order: 'joint',
  },
  'typical-clustering': {
    label: 'typical clustering',
    asks: 'typical items of different kinds, without asking the model',
    when: 'For the very first labels, before a model knows anything.',
    fits: ANY,
    order: 'joint',
  },
  random: {
    label: 'random',
    asks: 'no rule, the line to beat',
    when: 'As the line to beat, and where figures of the labels themselves must be without bias.',
    fits: ANY,
    order: 'uniform',
  },
} as const satisfies Readonly<Record<string, RuleEntry>>;
