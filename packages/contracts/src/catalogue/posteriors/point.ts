import type { PosteriorEntry } from './posterior-entry.js';

export const POINT = {
  label: 'One point, no epistemic uncertainty',
  short: 'one point: no epistemic uncertainty',
  when: 'As the line to beat, or where only the predictions count and the rule needs no epistemic uncertainty.',
  fields: {},
  can: {
    epistemic: false,
    unlimitedSamples: false,
    fits: 'everything',
    compresses: false,
    onePass: true,
    partitions: false,
    streams: false,
    priorInLoss: false,
  },
} as const satisfies PosteriorEntry;
