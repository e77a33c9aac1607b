import type { RuleEntry } from './rule-entry.js';

/** By the gap between the probabilities of the two best answers. */
export const MARGIN_RULES = {
  'power-margin': {
    label: 'power margin',
    asks: 'picks by chance, weighted by how small the gap between the two best answers is',
    when: 'To begin with, for one choice.',
    fits: ['choice'],
    order: 'power',
    adaptive: true,
  },
  margin: {
    label: 'margin',
    asks: 'smallest gap between the two best answers',
    when: 'For small batches with a retraining after each, where near-copies do not fill a batch.',
    fits: ['choice'],
    order: 'greatest',
    adaptive: true,
  },
  'softmax-margin': {
    label: 'softmax margin',
    asks: 'picks by chance, weighted by the exponential of one less the gap',
    when: 'As power margin, with less weight on gaps near zero.',
    fits: ['choice'],
    order: 'softmax',
    adaptive: true,
  },
  'softrank-margin': {
    label: 'softrank margin',
    asks: 'picks by chance, weighted by the rank in smallness of the gap',
    when: 'As power margin, where the order of the gaps is trusted but not their size.',
    fits: ['choice'],
    order: 'softrank',
  },
} as const satisfies Readonly<Record<string, RuleEntry>>;
