import { NATS, type RuleEntry } from './rule-entry.js';

/** By epistemic uncertainty: what an answer tells about the weights. */
export const BALD_RULES = {
  'power-bald': {
    label: 'PowerBALD',
    asks: 'picks by chance, weighted by epistemic uncertainty',
    when: 'For several choices or several fields, and where many answers are noise that no label lessens.',
    fits: NATS,
    order: 'power',
    adaptive: true,
  },
  'batch-bald': {
    label: 'BatchBALD',
    asks: 'most epistemic uncertainty of the batch as a whole',
    when: 'For small batches from pools with many near-copies, where picking may take some seconds.',
    fits: ['choice'],
    order: 'joint',
    takesBatchSize: true,
  },
  bald: {
    label: 'BALD',
    asks: 'most epistemic uncertainty first',
    when: 'For one item at a time: in larger batches it picks the same item many times over.',
    fits: NATS,
    order: 'greatest',
    adaptive: true,
  },
  'softmax-bald': {
    label: 'SoftmaxBALD',
    asks: 'picks by chance, weighted by the exponential of epistemic uncertainty',
    when: 'As PowerBALD, with less weight on items that the model is sure of.',
    fits: NATS,
    order: 'softmax',
    adaptive: true,
  },
  'softrank-bald': {
    label: 'SoftrankBALD',
    asks: 'picks by chance, weighted by the rank in epistemic uncertainty',
    when: 'As PowerBALD, where the order of the uncertainties is trusted but not their size.',
    fits: NATS,
    order: 'softrank',
  },
} as const satisfies Readonly<Record<string, RuleEntry>>;
