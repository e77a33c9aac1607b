import { NATS, ONE_FIELD, type RuleEntry } from './rule-entry.js';

/** By what a batch would change: predictions of other items, the network, its expected error. */
export const INFORMATION_RULES = {
  epig: {
    label: 'EPIG',
    asks: 'tells most about the answers to other items of the pool',
    when: 'Where the pool holds much that nobody will ever ask about.',
    fits: ONE_FIELD,
    order: 'joint',
  },
  badge: {
    label: 'BADGE',
    asks: 'would change the network most, each item in another direction',
    when: 'For large batches of choices from a varied pool.',
    fits: NATS,
    order: 'joint',
  },
  bait: {
    label: 'BAIT',
    asks: 'leaves least expected error on the pool, by Fisher information',
    when: 'Where labels are dear and picking may take longer.',
    fits: ONE_FIELD,
    order: 'joint',
  },
} as const satisfies Readonly<Record<string, RuleEntry>>;
