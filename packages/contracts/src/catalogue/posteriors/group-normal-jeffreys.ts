import { DIVERGENCE } from './divergence.js';
import type { PosteriorEntry } from './posterior-entry.js';

export const GROUP_NORMAL_JEFFREYS = {
  label: 'Group scales, normal-Jeffreys',
  short: 'group scales under normal-Jeffreys',
  when: 'Where a small, fast network is wanted out of a large one, and there are a thousand labels or more.',
  fields: DIVERGENCE,
  can: {
    epistemic: true,
    unlimitedSamples: true,
    fits: 'everything',
    compresses: true,
    onePass: true,
    partitions: false,
    streams: false,
    priorInLoss: true,
  },
} as const satisfies PosteriorEntry;
