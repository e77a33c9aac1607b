import { plural } from '@/lib/format';
import type { RoundState, RoundTrigger } from './types';

export const strings = {
  title: 'Rounds',
  sub: 'A round trains on all labels, scores the pool, and gives the queue its order.',
  retrain: 'Retrain now',
  remembered: 'A round is running. Another one starts when it ends.',
  all: 'All rounds',
  adaptiveSampling: 'Adaptive sampling',
  lure: 'With LURE weights, for the whole pool ± standard error',
  activeTest: (rows: number) => `Active testing on ${plural(rows, 'item')}, for the whole pool`,
  openModel: 'Open the model',
  models: 'Models',
  empty: {
    title: 'No round yet',
    detail: (left: number | null) =>
      left === null
        ? 'Rounds start when you say so.'
        : left === 0
          ? 'Round 1 starts in a moment.'
          : `${left} more ${left === 1 ? 'label' : 'labels'} and round 1 starts by itself.`,
  },
  columns: {
    round: 'Round',
    state: 'State',
    labels: 'Labels',
    accuracy: 'Accuracy',
    rmse: 'RMSE',
    gain: 'Gain, points',
    gainError: 'Gain',
    epistemic: 'Epistemic',
    ece: 'ECE',
    took: 'Took',
    ready: 'Ready',
    trigger: 'Started by',
  },
  states: {
    queued: 'waiting',
    training: 'training',
    scoring: 'scoring',
    selecting: 'selecting',
    ready: 'in use',
    superseded: 'ready',
    failed: 'failed',
    cancelled: 'cancelled',
  } satisfies Record<RoundState, string>,
  triggers: {
    labels: 'new labels',
    schedule: 'the clock',
    person: 'a person',
    api: 'the API',
    'first-labels': 'the first labels',
  } satisfies Record<RoundTrigger, string>,
  steps: {
    train: 'Train',
    score: 'Score the pool',
    select: 'Select',
    publish: 'Publish the queue',
  },
  stages: {
    queued: 'before it began',
    training: 'while training',
    scoring: 'while scoring',
    selecting: 'while selecting',
    ready: 'at its end',
    superseded: 'at its end',
    failed: 'at its end',
    cancelled: 'at its end',
  } satisfies Record<RoundState, string>,
  cancel: {
    button: 'Cancel',
    title: (number: number) => `Cancel round ${number}?`,
    meanwhile: 'Another one starts at once if labels or a schedule asked for it meanwhile.',
    keep: 'Keep running',
    go: 'Cancel the round',
  },
} as const;
