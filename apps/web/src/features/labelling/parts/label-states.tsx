'use client';

import { useState } from 'react';
import { Button, ButtonLink } from '@/components/ui/button';
import { EmptyState, FailureState } from '@/components/ui/states';
import { useToast } from '@/components/ui/toaster';
import { call, describeError } from '@/lib/api/client';
import { useProject } from '@/lib/project';
import { useCan } from '@/lib/session';
import { newUuid } from '@/lib/uuid';
import styles from '../label.module.css';
import type { LabellingState } from '../session/state';
import { strings } from '../strings';

const words = strings.states;

/** Stands where the item would: says why there is none, what is safe and what to do. */
export function NoItem({
  state,
  onLabelHere,
  onRetry,
}: {
  state: LabellingState;
  onLabelHere: () => void;
  onRetry: () => void;
}) {
  return (
    <div className={styles.state}>
      <Reason state={state} onLabelHere={onLabelHere} onRetry={onRetry} />
    </div>
  );
}

function Reason({
  state,
  onLabelHere,
  onRetry,
}: {
  state: LabellingState;
  onLabelHere: () => void;
  onRetry: () => void;
}) {
  if (state.phase === 'elsewhere') {
    return (
      <EmptyState
        title={words.elsewhereTitle}
        actions={
          <Button kind="primary" onClick={onLabelHere}>
            {words.labelHere}
          </Button>
        }
      >
        {words.elsewhere}
      </EmptyState>
    );
  }
  const again = (
    <Button kind="primary" onClick={onRetry}>
      {words.again}
    </Button>
  );
  if (state.phase === 'failed') {
    const { title, detail } = describeError(state.error);
    return (
      <FailureState
        title={words.failedTitle}
        detail={detail === null ? title : `${title} ${detail}`}
        actions={again}
      />
    );
  }
  if (state.connection !== 'online') {
    return (
      <EmptyState title={words.offlineTitle} actions={again}>
        {words.offline(state.waiting)}
      </EmptyState>
    );
  }
  return <EmptyQueue state={state} />;
}

function EmptyQueue({ state }: { state: LabellingState }) {
  const { status } = state;
  const project = useProject();
  const overview = useCan('round.read') ? (
    <ButtonLink href={`/projects/${project.id}/overview`}>{words.overview}</ButtonLink>
  ) : null;
  if (project.itemCount === 0) {
    return (
      <EmptyState title={words.noItemsTitle} actions={overview}>
        {words.noItems}
      </EmptyState>
    );
  }
  if (status === null || status.queueLeft > 0) {
    return (
      <EmptyState title={words.emptyTitle} actions={overview}>
        {words.othersHave}
      </EmptyState>
    );
  }
  if (status.roundNumber === null) {
    return (
      <EmptyState title={words.noModelTitle} actions={<RetrainNow />}>
        {words.noModel(status.labelsUntilRound ?? 0)}
      </EmptyState>
    );
  }
  if (status.queueSize === 0) {
    return (
      <EmptyState title={words.emptyTitle} actions={overview}>
        {words.everyAnswered}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={words.emptyTitle}
      actions={
        <>
          <RetrainNow />
          {overview}
        </>
      }
    >
      {words.allAnswered(status.queueSize, status.roundNumber)}
    </EmptyState>
  );
}

function RetrainNow() {
  const { id } = useProject();
  const may = useCan('round.manage');
  const { show, showError } = useToast();
  const [working, setWorking] = useState(false);
  if (!may) return null;
  const retrain = async () => {
    setWorking(true);
    try {
      await call('POST /projects/:projectId/rounds', {
        params: { projectId: id },
        idempotencyKey: newUuid(),
      });
      show({ text: words.retraining });
    } catch (error) {
      showError(error);
    } finally {
      setWorking(false);
    }
  };
  return (
    <Button kind="primary" working={working} onClick={() => void retrain()}>
      {words.retrain}
    </Button>
  );
}
