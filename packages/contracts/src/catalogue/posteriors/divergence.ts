import type { Fields } from '../fields.js';

/** How much of the KL divergence from the prior counts in the loss. */
export const DIVERGENCE = {
  klScale: {
    type: 'number',
    label: 'Weight of the prior',
    hint: '1 is the whole of it: the network is pruned, which takes about a thousand labels. Fewer labels need less.',
    above: 0,
    max: 1,
    default: 0.01,
  },
  klWarmUpEpochs: {
    type: 'whole',
    label: 'Warm-up of the prior',
    unit: 'epochs',
    hint: 'The weight of the prior rises over them, and patience counts from their end. With a weight of 1, 15 to 30.',
    min: 0,
    max: 1000,
    default: 0,
  },
} as const satisfies Fields;
