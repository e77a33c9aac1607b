import type { Fields, ValuesOf } from './fields.js';
import type { AcquisitionRule } from './rules/index.js';

/** What is set of an acquisition rule; a rule that does not use a field leaves it as it is. */
export const ACQUISITION = {
  beta: {
    type: 'optional-number',
    label: 'Beta',
    hint: 'Small is random, large is top first. Empty: 8, or 1 by rank.',
    above: 0,
    max: 1000,
  },
  batchSize: {
    type: 'whole',
    label: 'Joint batch',
    hint: 'Items BatchBALD picks jointly before it goes on by BALD.',
    min: 1,
    max: 200,
    default: 10,
  },
} as const satisfies Fields;
export type AcquisitionSettings = { rule: AcquisitionRule } & ValuesOf<typeof ACQUISITION>;
