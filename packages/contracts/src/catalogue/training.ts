import type { Entries, Fields, KindOf, ValuesOf } from './fields.js';

const WEIGHT_DECAY = {
  type: 'number',
  label: 'Weight decay',
  about:
    'How strongly weights are pulled towards zero; not used where the posterior has a prior in its loss.',
  min: 0,
  max: 1,
  default: 1e-4,
} as const;

/** How steps are made. */
export const OPTIMISERS = {
  adam: {
    label: 'Adam',
    when: 'To begin with: it asks for no tuning.',
    fields: {
      learningRate: { type: 'number', label: 'Learning rate', above: 0, max: 1, default: 1e-3 },
      weightDecay: WEIGHT_DECAY,
    },
  },
  sgd: {
    label: 'SGD',
    when: 'Where a published recipe uses it.',
    fields: {
      learningRate: { type: 'number', label: 'Learning rate', above: 0, max: 10, default: 1e-2 },
      momentum: { type: 'number', label: 'Momentum', min: 0, below: 1, default: 0.9 },
      weightDecay: WEIGHT_DECAY,
    },
  },
} as const satisfies Entries;
export type OptimiserKind = keyof typeof OPTIMISERS;
export type Optimiser = KindOf<'kind', typeof OPTIMISERS>;

/** Noise in the data, as the network sees it. */
export const NOISE = {
  numbers: {
    type: 'choice',
    label: 'Noise of a number',
    options: { shared: 'One for all items', 'per-item': 'Learned for each item' },
    default: 'shared',
  },
  logits: {
    type: 'flag',
    label: 'Learn for each item how noisy its answers are',
    about: 'One choice: Gaussian noise on the logits, its size predicted for each item.',
    default: false,
  },
} as const satisfies Fields;
export type Noise = ValuesOf<typeof NOISE>;

/**
 * Training apart: the labels dealt to partitions, each a job of its own, whose answers are
 * multiplied round after round.
 */
export const PARTITION = {
  partitions: { type: 'whole', label: 'Partitions', min: 2, max: 64, default: 4 },
  rounds: {
    type: 'whole',
    label: 'Rounds of the partitions',
    hint: 'The epochs are shared out over them.',
    min: 1,
    max: 200,
    default: 10,
  },
  damping: {
    type: 'optional-number',
    label: 'Damping',
    hint: 'Share of each answer that is taken. Empty: 1 over the number of partitions.',
    above: 0,
    max: 1,
  },
} as const satisfies Fields;
export type Partitioned = ValuesOf<typeof PARTITION>;

/** What is set of training and sampling, whatever the network and its posterior are. */
export const TRAINING = {
  batchSize: { type: 'whole', label: 'Batch', min: 1, max: 4096, default: 64 },
  maxEpochs: { type: 'whole', label: 'Epochs at most', min: 1, max: 10_000, default: 100 },
  patience: { type: 'whole', label: 'Patience', unit: 'epochs', min: 1, max: 1000, default: 10 },
  drawsPerEpoch: {
    type: 'whole',
    label: 'Draws per epoch',
    about:
      'Rows drawn per epoch, each equally often, however few the labels are: keeps an epoch worth a check.',
    min: 1,
    max: 1_000_000,
    default: 2048,
  },
  /** Its least value hangs on the posterior: see `modelProblems`. */
  samples: {
    type: 'whole',
    label: 'Posterior samples',
    about: 'The number of posterior samples behind each figure of uncertainty.',
    max: 10_000,
    default: 50,
  },
} as const satisfies Fields;

/** How rounds of posteriors that can do it learn apart, and one after another. */
export const LEARNING = {
  partitioned: { label: 'Deal the labels to several workers and multiply what they learn' },
  streaming: {
    type: 'flag',
    label: 'Begin each round from the model in use, and learn only from new labels',
    hint: 'Where an old answer was corrected or these settings have changed, a round learns from all labels.',
    default: false,
  },
} as const;
