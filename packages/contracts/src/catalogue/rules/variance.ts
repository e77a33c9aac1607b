import type { RuleEntry } from './rule-entry.js';

/** By the spread of predicted numbers over the posterior samples. */
export const VARIANCE_RULES = {
  'power-variance': {
    label: 'power variance',
    asks: 'picks by chance, weighted by the spread of the predicted numbers',
    when: 'To begin with, for one number.',
    fits: ['number'],
    order: 'power',
  },
  variance: {
    label: 'variance',
    asks: 'widest spread of the predicted numbers',
    when: 'For one number, with a retraining after a few labels.',
    fits: ['number'],
    order: 'greatest',
  },
  'softrank-variance': {
    label: 'softrank variance',
    asks: 'picks by chance, weighted by the rank in spread of the predicted numbers',
    when: 'As power variance, where a few items have a spread far beyond all others.',
    fits: ['number'],
    order: 'softrank',
  },
} as const satisfies Readonly<Record<string, RuleEntry>>;
