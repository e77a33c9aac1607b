'use client';

import type { Project, Round } from '@dubio/contracts';
import { Button } from '@/components/ui/button';
import { FailureState } from '@/components/ui/states';
import { useCan } from '@/lib/session';
import { useStartRound } from './actions';
import { strings } from './strings';

/** A round that stopped: where, why, what is safe, and the way on. */
export function FailedRound({
  project,
  round,
}: {
  readonly project: Project;
  readonly round: Round;
}) {
  const start = useStartRound(project.id);
  const canStart = useCan('round.manage');
  const { failure } = round;
  const safe =
    project.readyRound === null
      ? 'No label is lost.'
      : `No label is lost. The queue of round ${project.readyRound} stays in use.`;
  return (
    <FailureState
      title={`Round ${round.number} stopped ${failure === null ? '' : strings.stages[failure.stage]}`}
      detail={failure === null ? safe : `${failure.message} ${safe}`}
      code={failure === null ? null : failure.code}
      actions={
        canStart ? (
          <Button kind="primary" working={start.isPending} onClick={() => start.mutate()}>
            Start round {round.number + 1}
          </Button>
        ) : undefined
      }
    />
  );
}
