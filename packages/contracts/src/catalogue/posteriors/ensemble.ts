import type { PosteriorEntry } from './posterior-entry.js';

export const ENSEMBLE = {
  label: 'Ensemble',
  short: 'ensemble',
  when: 'Where uncertainty far from the labels matters most, and training several networks is affordable.',
  fields: {
    members: {
      type: 'whole',
      label: 'Members',
      about: 'Networks that are trained, each from other first weights.',
      min: 2,
      max: 50,
      default: 5,
    },
  },
  can: {
    epistemic: true,
    unlimitedSamples: false,
    fits: 'everything',
    compresses: false,
    onePass: false,
    partitions: false,
    streams: false,
    priorInLoss: false,
  },
} as const satisfies PosteriorEntry;
