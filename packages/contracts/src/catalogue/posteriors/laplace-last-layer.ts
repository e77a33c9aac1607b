import type { PosteriorEntry } from './posterior-entry.js';

export const LAPLACE_LAST_LAYER = {
  label: 'Laplace, last layer',
  short: 'Laplace of the last layer',
  when: 'Where training must stay as it is: a curvature is fitted after it, for one choice or one number.',
  fields: {
    curvature: {
      type: 'choice',
      label: 'Curvature',
      options: { kronecker: 'Two factors', full: 'In full, small networks only' },
      default: 'kronecker',
    },
  },
  can: {
    epistemic: true,
    unlimitedSamples: true,
    fits: 'one-plain-field',
    compresses: false,
    onePass: true,
    partitions: false,
    streams: false,
    priorInLoss: false,
  },
} as const satisfies PosteriorEntry;
