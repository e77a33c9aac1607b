import type { Fields } from './fields.js';

/** How far the loop is run again on known answers, and how often. */
export const REPLAY = {
  seeds: {
    type: 'whole',
    label: 'Seeds',
    hint: 'From 3 on there are quartiles.',
    min: 1,
    max: 20,
    default: 3,
  },
  startLabels: { type: 'whole', label: 'Labels at the start', min: 2, max: 10_000, default: 20 },
  batch: { type: 'whole', label: 'Labels a step', min: 1, max: 1000, default: 10 },
  endLabels: { type: 'whole', label: 'Labels at the end', min: 3, max: 100_000, default: 200 },
  poolSize: { type: 'whole', label: 'Items in the pool', min: 10, max: 200_000, default: 2000 },
} as const satisfies Fields;
