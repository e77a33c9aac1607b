import type { RuleEntry } from './rule-entry.js';

/** By the favourite answer and by how far the samples agree on it. */
export const VOTE_RULES = {
  'least-confidence': {
    label: 'least confidence',
    asks: 'least probable best answer',
    when: 'Where only the best answer counts; with two answers it is the same as margin.',
    fits: ['choice'],
    order: 'greatest',
  },
  'variation-ratios': {
    label: 'variation ratios',
    asks: 'most votes against the favourite',
    when: 'Where the probabilities of the samples are not trusted, only which answer each of them favours.',
    fits: ['choice'],
    order: 'greatest',
  },
  'mean-std': {
    label: 'mean std',
    asks: 'widest spread of the probabilities',
    when: 'To compare with published curves that use it.',
    fits: ['choice'],
    order: 'greatest',
  },
} as const satisfies Readonly<Record<string, RuleEntry>>;
