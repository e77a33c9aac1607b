import type { LabelSchema } from '../project/label-schema.js';
import type { Fields, ValuesOf } from './fields.js';
import type { SettingProblem } from './model.js';
import { askedOf } from './rules/index.js';

/** When to stop asking: each part may be left out, and the first that holds ends it. */
export const STOP_RULES = {
  targetMetric: {
    type: 'optional-number',
    label: 'Accuracy or RMSE to reach',
    shown: 'metric',
  },
  epistemicNats: {
    type: 'optional-number',
    label: 'Mean epistemic uncertainty below',
    min: 0,
  },
  labelBudget: { type: 'optional-whole', label: 'Labels at most', min: 1 },
  totalUncertainty: { type: 'optional-number', label: 'Mean total uncertainty below', min: 0 },
  leastGain: {
    type: 'optional-number',
    label: 'Gain over four rounds below',
    hint: 'Even the most that the last rounds may have gained must be less.',
    above: 0,
    shown: 'metric',
  },
  agreement: {
    type: 'optional-number',
    label: 'Successive models agree with kappa of at least',
    hint: 'On the held-out items, four rounds on end; 0.99 is usual.',
    above: 0,
    max: 1,
  },
} as const satisfies Fields;
export type Stop = ValuesOf<typeof STOP_RULES>;

/** When to retrain, how many opinions, how long a lease lasts. */
export const POLICIES = {
  retrainAfterLabels: {
    type: 'optional-whole',
    label: 'Labels before a new round',
    hint: 'Empty: only by the clock or when you say so.',
    min: 1,
    max: 1_000_000,
    default: 20,
  },
  overlap: {
    type: 'whole',
    label: 'Annotators per item',
    about: 'Different people who answer each item.',
    min: 1,
    max: 20,
    default: 1,
  },
  leaseSeconds: {
    type: 'whole',
    label: 'Time for an item',
    unit: 's',
    min: 15,
    max: 3600,
    default: 300,
  },
  queueSize: {
    type: 'whole',
    label: 'Items in the queue',
    about: 'Items published by a round; the rest of the pool waits for the next one.',
    min: 1,
    max: 1_000_000,
    default: 500,
  },
  controlShare: {
    type: 'number',
    label: 'Drawn at random',
    hint: 'A share of what is asked, for honest figures.',
    shown: 'percent',
    min: 0,
    max: 0.5,
    default: 0.1,
  },
  activeTestShare: {
    type: 'number',
    label: 'Drawn to test on',
    hint: 'Drawn where a second network expects mistakes: few answers tell how good the model is. They never train.',
    shown: 'percent',
    min: 0,
    max: 0.5,
    default: 0,
  },
  trainOnControl: {
    type: 'flag',
    label: 'Train on the items drawn at random as well',
    default: false,
  },
  trainWithLureWeights: {
    type: 'flag',
    label: 'Training with LURE weights: labels count as if they had been drawn evenly',
    hint: 'Items chosen by uncertainty are a skewed sample. LURE weights make each label count by how likely it was to be asked for: they help simple models, hardly large networks, and are steady with a beta near 1.',
    default: false,
  },
  showModelToAnnotators: {
    type: 'flag',
    label: 'Show the model’s uncertainty and votes to annotators',
    default: false,
  },
  answerUnleased: {
    type: 'flag',
    label: 'Annotators may answer items that were never given to them',
    hint: 'Off, they answer what the queue gave them, also when its time has run out. Who may read all items may answer any.',
    default: false,
  },
  gate: {
    type: 'flag',
    label: 'Hold back a model that is clearly worse than the one in use',
    default: true,
  },
  useCompressedModel: {
    type: 'flag',
    label: 'Use the compressed model for predictions and for scoring',
    hint: 'The compressed model is what is left of a model without what is noise. Where that of a round does not pass its check, the full one is used.',
    default: false,
  },
  firstSamples: {
    type: 'optional-whole',
    label: 'Samples of the first look',
    about:
      'Samples that every item of the pool gets; the others only go to items that may still get into the queue. At most a quarter of all samples. Empty: all for all.',
    min: 4,
    max: 250,
  },
} as const satisfies Fields;
export type PolicySettings = ValuesOf<typeof POLICIES> & { stop: Stop };

/** The most of a queue that does not train: control and active-test items together. */
export const MOST_SET_APART = 0.5;
/** A first look that costs more than this share of all samples is no saving. */
export const MOST_FIRST_SHARE = 1 / 4;
export const mostFirstSamples = (samples: number): number => Math.floor(MOST_FIRST_SHARE * samples);

/** Shares are typed in percent; their sum may be off by what a float cannot hold. */
const ROUNDING = 1e-9;

/** Why control and active-test items together are too many; null where they are not. */
export function setApartProblem({
  controlShare,
  activeTestShare,
}: Pick<PolicySettings, 'controlShare' | 'activeTestShare'>): SettingProblem | null {
  if (activeTestShare === 0 || controlShare + activeTestShare <= MOST_SET_APART + ROUNDING)
    return null;
  const most = Number((MOST_SET_APART - controlShare).toFixed(4));
  return {
    path: ['activeTestShare'],
    expected: `at most ${most} beside a controlShare of ${controlShare}`,
    says: `With those drawn at random at most ${MOST_SET_APART * 100} %.`,
  };
}

/** Active-test items are drawn by the loss that is expected of one choice or one number. */
export function canActiveTest(schema: Pick<LabelSchema, 'fields'>): boolean {
  const asked = askedOf(schema);
  return asked === 'choice' || asked === 'number';
}
