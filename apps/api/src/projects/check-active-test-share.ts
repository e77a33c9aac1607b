import { AppError, type LabelSchema, type Policies } from '@dubio/contracts';
import {
  askedOf,
  canActiveTest,
  MOST_SET_APART,
  setApartProblem,
} from '@dubio/contracts/catalogue';

type Shares = {
  readonly labelSchema: LabelSchema;
  readonly policies: Pick<Policies, 'controlShare' | 'activeTestShare'>;
};

/**
 * Whether the share of active-test items fits what is asked and what else is set apart.
 * @throws AppError project.no-active-test, request.invalid
 */
export function checkActiveTestShare({ labelSchema, policies }: Shares): void {
  const { controlShare, activeTestShare } = policies;
  if (activeTestShare === 0) return;
  if (!canActiveTest(labelSchema)) {
    const asked = askedOf(labelSchema) === 'choices' ? 'several choices' : 'several fields';
    throw new AppError(
      'project.no-active-test',
      `Active-test items are drawn by the loss expected of one choice or one number, and this project asks for ${asked}. Set policies.activeTestShare to 0; items drawn at random (policies.controlShare) give honest figures here.`,
      {
        fields: [
          {
            field: 'body.policies.activeTestShare',
            expected: `0 while ${asked} are asked for`,
            got: String(activeTestShare),
          },
        ],
      },
    );
  }
  const problem = setApartProblem(policies);
  if (problem === null) return;
  throw new AppError(
    'request.invalid',
    `policies.controlShare and policies.activeTestShare together may be at most ${MOST_SET_APART}, so that half of the queue trains: they are ${controlShare} and ${activeTestShare}. Lower one of them.`,
    {
      fields: [
        {
          field: 'body.policies.activeTestShare',
          expected: problem.expected,
          got: String(activeTestShare),
        },
      ],
    },
  );
}
