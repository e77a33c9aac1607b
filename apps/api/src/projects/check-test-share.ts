import { AppError, type LabelSchema, MOST_SET_APART, type Policies } from '@dubio/contracts';

type Shares = {
  readonly labelSchema: LabelSchema;
  readonly policies: Pick<Policies, 'controlShare' | 'testShare'>;
};

/** Shares are typed in percent; their sum may be off by what a float cannot hold. */
const ROUNDING = 1e-9;

/**
 * Whether the share of test items fits what is asked and what else is set apart.
 * @throws AppError project.not-testable, request.invalid
 */
export function checkTestShare({ labelSchema, policies }: Shares): void {
  const { controlShare, testShare } = policies;
  if (testShare === 0) return;
  const asked = askedWords(labelSchema);
  if (asked !== null) {
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
  if (controlShare + testShare <= MOST_SET_APART + ROUNDING) return;
  const most = Number((MOST_SET_APART - controlShare).toFixed(4));
  throw new AppError(
    'request.invalid',
    `policies.controlShare and policies.testShare together may be at most ${MOST_SET_APART}, so that half of the queue trains: they are ${controlShare} and ${testShare}. Lower one of them.`,
    {
      fields: [
        {
          field: 'body.policies.testShare',
          expected: `at most ${most} beside a controlShare of ${controlShare}`,
          got: String(testShare),
        },
      ],
    },
  );
}

/** What is asked for that has no test items; null where there are. */
function askedWords({ fields }: LabelSchema): string | null {
  if (fields.length !== 1) return 'several fields';
  return fields[0]?.kind === 'choices' ? 'several choices' : null;
}
