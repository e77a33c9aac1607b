import { DIVERGENCE } from './divergence.js';
import type { PosteriorEntry } from './posterior-entry.js';

export const GROUP_HORSESHOE = {
  label: 'Group scales, horseshoe',
  short: 'group scales under a horseshoe',
  when: 'As group-normal-jeffreys, where one wants a say in how small the network becomes.',
  fields: {
    ...DIVERGENCE,
    globalScale: {
      type: 'number',
      label: 'Scale shared by a layer',
      about: 'Scale of the prior that all groups of a layer share; the smaller, the fewer stay.',
      above: 0,
      max: 100,
      default: 1e-5,
    },
  },
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
