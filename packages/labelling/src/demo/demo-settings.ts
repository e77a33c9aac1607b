import {
  AcquisitionSpec,
  type Answer,
  type Featuriser,
  LabelSchema,
  ModelSpec,
  Policies,
} from '@dubio/contracts';

const SIDE = 8;
const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
export const DIGIT_FIELD = 'digit';
export const DEMO_NAME = 'Handwritten digits';
export const DEMO_SEED = 20_260_101;

export const demoFeaturiser = {
  kind: 'pixels',
  width: SIDE,
  height: SIDE,
  channels: 1,
} as const satisfies Featuriser;

/**
 * What the demo asks and how it learns: a retraining is a matter of seconds, so that the loop is
 * seen to turn.
 */
export const demoSettings = () => ({
  labelSchema: LabelSchema.parse({
    fields: [
      {
        kind: 'choice',
        name: DIGIT_FIELD,
        question: 'Which digit is it?',
        choices: DIGITS.map((digit) => ({ value: digit, key: digit })),
      },
    ],
  }),
  modelSpec: ModelSpec.parse({}),
  acquisition: AcquisitionSpec.parse({ rule: 'power-margin' }),
  policies: Policies.parse({ retrainAfterLabels: 20 }),
});

export const answerOf = (digit: number): Answer => ({ [DIGIT_FIELD]: String(digit) });
