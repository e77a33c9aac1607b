import type { PosteriorEntry } from './posterior-entry.js';

export const SWAG = {
  label: 'SWAG, weights along the way',
  short: 'SWAG',
  when: 'Where a network without dropout does well: uncertainty comes from some more epochs of training.',
  fields: {
    epochs: {
      type: 'whole',
      label: 'Epochs gathered',
      about: 'Epochs after training whose weights are gathered; all their deviations are kept.',
      min: 2,
      max: 100,
      default: 20,
    },
  },
  can: {
    epistemic: true,
    unlimitedSamples: true,
    fits: 'everything',
    compresses: false,
    onePass: false,
    partitions: false,
    streams: false,
    priorInLoss: false,
  },
} as const satisfies PosteriorEntry;
