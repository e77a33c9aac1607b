import type { PosteriorEntry } from './posterior-entry.js';

export const MC_DROPOUT = {
  label: 'MC dropout',
  short: 'MC dropout',
  when: 'To begin with: it trains like any network, and its uncertainty is good enough to choose by.',
  fields: {
    rate: {
      type: 'number',
      label: 'Dropout rate',
      about: 'Share of the units that each sample leaves out.',
      above: 0,
      below: 1,
      default: 0.5,
    },
  },
  can: {
    epistemic: true,
    unlimitedSamples: true,
    fits: 'everything',
    compresses: false,
    onePass: true,
    partitions: false,
    streams: false,
    priorInLoss: false,
  },
} as const satisfies PosteriorEntry;
