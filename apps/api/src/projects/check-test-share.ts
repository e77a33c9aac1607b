import { AppError, type LabelSchema, type Policies } from '@dubio/contracts';
import { askedOf, isTestable, MOST_SET_APART, setApartProblem } from '@dubio/contracts/catalogue';

type Shares = {
  readonly labelSchema: LabelSchema;
  readonly policies: Pick<Policies, 'controlShare' | 'testShare'>;
};

/**
 * Whether the share of test items fits what is asked and what else is set apart.
 * @throws AppError project.not-testable, request.invalid
 */
export function checkTestShare({ labelSchema, policies }: Shares): void {
  const { controlShare, testShare } = policies;
  if (testShare === 0) return;
  if (!isTestable(labelSchema)) {
    const asked = askedOf(labelSchema) === 'choices' ? 'several choices' : 'several fields';
    throw new AppError(
      'project.not-testable',
      `Test items are drawn by the loss expected of one choice or one number, and this project asks for ${asked}. Set policies.testShare to 0; items drawn at random (policies.controlShare) give honest figures here.`,
      {
        fields: [
          {
            field: 'body.policies.testShare',
            expected: `0 while ${asked} are asked for`,
            got: String(testShare),
          },
        ],
      },
    );
  }
  const problem = setApartProblem(policies);
  if (problem === null) return;
  throw new AppError(
    'request.invalid',
    `policies.controlShare and policies.testShare together may be at most ${MOST_SET_APART}, so that half of the queue trains: they are ${controlShare} and ${testShare}. Lower one of them.`,
    {
      fields: [
        {
          field: 'body.policies.testShare',
          expected: problem.expected,
          got: String(testShare),
        },
      ],
    },
  );
}
