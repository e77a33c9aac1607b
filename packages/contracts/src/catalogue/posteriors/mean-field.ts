import { DIVERGENCE } from './divergence.js';
import type { PosteriorEntry } from './posterior-entry.js';

export const MEAN_FIELD = {
  label: 'Bayes by Backprop, mean field',
  short: 'mean field',
  when: 'Where labels lie in several places or come in a stream: it is the one that learns in partitions and from round to round.',
  fields: {
    estimator: {
      type: 'choice',
      label: 'Noise in training',
      options: {
        'local-reparameterisation': 'On activations',
        'weight-sampling': 'On weights, a batch at once',
        flipout: 'On weights, signs by item',
      },
      default: 'local-reparameterisation',
    },
    priorDeviation: {
      type: 'number',
      label: 'Prior deviation of a weight',
      about: 'Standard deviation of every weight before any label.',
      above: 0,
      max: 100,
      default: 0.1,
    },
    ...DIVERGENCE,
  },
  can: {
    epistemic: true,
    unlimitedSamples: true,
    fits: 'everything',
    compresses: true,
    onePass: true,
    partitions: true,
    streams: true,
    priorInLoss: true,
  },
} as const satisfies PosteriorEntry;
