'use client';

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Button, ButtonLink } from '@/components/ui/button';
import { EmptyState, FailureState } from '@/components/ui/states';
import { useToast } from '@/components/ui/toaster';
import { call, describeError } from '@/lib/api/client';
import { useProject } from '@/lib/project';
import { queryKeys } from '@/lib/query-keys';
import { useCan } from '@/lib/session';
import { newUuid } from '@/lib/uuid';
import styles from '../label.module.css';
import { labellingApi } from '../session/labelling-api';
import type { LabellingState } from '../session/state';
import { strings } from '../strings';

const words = strings.states;

type NoItemProps = {
  state: LabellingState;
  onLabelHere: () => void;
  onRetry: () => void;
  onShowSkipped: () => void;
};

/** Stands where the item would: says why there is none, what is safe and what to do. */
export function NoItem(props: NoItemProps) {
  return (
    <div className={styles.state}>
      <Reason {...props} />
    </div>
  );
}

function Reason({ state, onLabelHere, onRetry, onShowSkipped }: NoItemProps) {
  if (state.phase === 'elsewhere') {
    return (
      <EmptyState
        titleAs="h1"
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
        titleAs="h1"
        title={words.failedTitle}
        detail={detail === null ? title : `${title} ${detail}`}
        actions={again}
      />
    );
  }
  if (state.connection !== 'online') {
    return (
      <EmptyState titleAs="h1" title={words.offlineTitle} actions={again}>
        {words.offline(state.waiting)}
      </EmptyState>
    );
  }
  return <EmptyQueue state={state} onShowSkipped={onShowSkipped} />;
}

function EmptyQueue({ state, onShowSkipped }: Pick<NoItemProps, 'state' | 'onShowSkipped'>) {
  const { status } = state;
  const project = useProject();
  const overview = useCan('round.read') ? (
    <ButtonLink href={`/projects/${project.id}/overview`}>{words.overview}</ButtonLink>
  ) : null;
  if (project.itemCount === 0) {
    return (
      <EmptyState titleAs="h1" title={words.noItemsTitle} actions={overview}>
        {words.noItems}
      </EmptyState>
    );
  }
  if (status === null || status.queueLeft > 0) {
    return <LeftOver state={state} overview={overview} onShowSkipped={onShowSkipped} />;
  }
  if (status.roundNumber === null) {
    return (
      <EmptyState titleAs="h1" title={words.noModelTitle} actions={<RetrainNow />}>
        {words.noModel(status.labelsUntilRound ?? 0)}
      </EmptyState>
    );
  }
  if (status.queueSize === 0) {
    return (
      <EmptyState titleAs="h1" title={words.emptyTitle} actions={overview}>
        {words.everyAnswered}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      titleAs="h1"
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

/** Items wait, but not for this person: skipped by them, or for others to answer as well. */
function LeftOver({
  state,
  overview,
  onShowSkipped,
}: Pick<NoItemProps, 'state' | 'onShowSkipped'> & { overview: ReactNode }) {
  const project = useProject();
  const skipped = useQuery({
    // Asked again when something was sent or something else is left.
    queryKey: queryKeys.project(project.id, 'annotations', 'skipped', state.status?.queueLeft),
    queryFn: labellingApi(project.id).skipped,
    enabled: state.waiting === 0,
    gcTime: 0,
  });
  const count = skipped.data?.items.length ?? 0;
  if (skipped.isPending) return null;
  return (
    <EmptyState
      titleAs="h1"
      title={words.emptyTitle}
      actions={
        <>
          {count > 0 && (
            <Button kind="primary" working={state.undoing} onClick={onShowSkipped}>
              {words.showSkipped}
            </Button>
          )}
          {overview}
        </>
      }
    >
      {count > 0 ? words.skipped(count, skipped.data?.nextCursor != null) : words.othersHave}
    </EmptyState>
  );
}
