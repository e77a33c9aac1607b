'use client';

import type { Answer } from '@dubio/contracts';
import { useCallback, useMemo, useState } from 'react';
import { SkipLink } from '@/components/shell/top-bar';
import { useToast } from '@/components/ui/toaster';
import { useProject } from '@/lib/project';
import { useSession } from '@/lib/session';
import { usePreference } from '@/lib/use-preference';
import { KeysDialog } from './dialogs/keys-dialog';
import { NoteDialog } from './dialogs/note-dialog';
import { RefusedDialog } from './dialogs/refused-dialog';
import { SkipDialog } from './dialogs/skip-dialog';
import { askedFields, headingOf, isOneKey } from './field';
import { useLabelKeys } from './keys/use-label-keys';
import styles from './label.module.css';
import type { SkipReason } from './outbox/outbox-record';
import { NoItem } from './parts/label-states';
import { LabelTopBar } from './parts/label-top-bar';
import { LoadingItem } from './parts/loading-item';
import { OutboxNotices } from './parts/outbox-notices';
import { ProgressColumn } from './parts/progress-column';
import { WhyPanel } from './parts/why-panel';
import { WorkColumn } from './parts/work-column';
import { useDraft } from './session/use-draft';
import { useLabelling } from './session/use-labelling';
import { useTaken } from './session/use-taken';
import { strings } from './strings';

const MOST_ZOOM = 8;
type Open = 'skip' | 'note' | 'keys' | 'refused' | null;

/** One item, one key, next. */
export function LabelScreen() {
  const project = useProject();
  const { me, theme, permissions } = useSession();
  const { show } = useToast();
  const { state, session, labelHere } = useLabelling(project, me.id);
  const [open, setOpen] = useState<Open>(null);
  const [zoom, setZoom] = useState(1);
  const [singleKeys, setSingleKeys] = usePreference('single-keys', true);
  const [whyOpen, setWhyOpen] = usePreference('why', permissions.includes('round.manage'));
  const { taken, take } = useTaken();
  const fields = useMemo(() => askedFields(project.labelSchema), [project.labelSchema]);
  const { front } = state.queue;
  const close = useCallback(() => setOpen(null), []);

  const give = (answer: Answer) => {
    if (session !== null && front !== null) session.answer(answer);
  };
  const draft = useDraft(fields, front?.item.id ?? null, give);
  const answer = (value: string) => {
    const [field] = fields;
    if (field === undefined || front === null) return;
    take(value);
    give({ [field.name]: value });
  };
  const chooseKey = (key: string): boolean => {
    if (key === 'enter' && !isOneKey(fields)) {
      draft.confirm();
      return true;
    }
    for (const field of fields) {
      if (field.kind === 'number') continue;
      const choice = field.choices.find((each) => each.key === key);
      if (choice === undefined) continue;
      if (isOneKey(fields)) answer(choice.value);
      else draft.chooseByKey(field, choice.value);
      return true;
    }
    return false;
  };
  const skip = useCallback(
    (reason: SkipReason) => {
      setOpen(null);
      session?.skip(reason);
    },
    [session],
  );
  const undo = () => {
    session?.undo().catch(() => show({ tone: 'warn', text: strings.actions.noUndo }));
  };
  const zoomBy = (step: 1 | -1) =>
    setZoom((now) => Math.min(MOST_ZOOM, Math.max(1, step > 0 ? now * 2 : now / 2)));
  const openFor = (what: Open) => front !== null && setOpen(what);
  const canExplain = state.status?.showModel === true || front?.origin === 'cold-start';

  useLabelKeys(
    {
      undo,
      skip: () => openFor('skip'),
      flag: () => session?.toggleFlag(),
      note: () => openFor('note'),
      why: () => {
        if (canExplain) setWhyOpen(!whyOpen);
        else show({ text: strings.why.hidden });
      },
      help: () => setOpen('keys'),
      zoom: zoomBy,
      answerKey: chooseKey,
    },
    singleKeys,
  );

  const loading =
    front === null &&
    (state.phase === 'starting' || !state.asked) &&
    state.connection === 'online' &&
    state.phase !== 'elsewhere' &&
    state.phase !== 'failed';
  const showWhy = whyOpen && canExplain && front !== null;
  return (
    <>
      <SkipLink target="work" />
      <LabelTopBar
        projectId={project.id}
        projectName={project.name}
        theme={theme}
        waiting={state.waiting}
        connection={state.connection}
        onKeys={() => setOpen('keys')}
      />
      <main className={styles.desk} id="work" tabIndex={-1} data-no-why={!showWhy || undefined}>
        <ProgressColumn
          status={state.progress}
          readyAhead={state.readyAhead}
          newOrder={state.newOrder}
          onDismiss={() => session?.dismissNewOrder()}
        />
        {loading && <LoadingItem question={headingOf(fields)} />}
        {!loading && front === null && (
          <NoItem
            state={state}
            onLabelHere={labelHere}
            onRetry={() => session?.wake()}
            onShowSkipped={() => {
              session
                ?.showSkipped()
                .catch(() => show({ tone: 'warn', text: strings.actions.noUndo }));
            }}
          />
        )}
        {front !== null && (
          <WorkColumn
            state={state}
            front={front}
            fields={fields}
            draft={draft}
            zoom={zoom}
            taken={taken}
            onZoom={zoomBy}
            onAnswer={answer}
            onUndo={undo}
            onSkip={() => openFor('skip')}
            onFlag={() => session?.toggleFlag()}
            onNote={() => openFor('note')}
            onRetryImage={() => session?.retryImage()}
          />
        )}
        {showWhy && (
          <WhyPanel
            leased={front}
            fields={fields}
            status={state.status}
            onHide={() => setWhyOpen(false)}
          />
        )}
      </main>
      <OutboxNotices state={state} onShowRefused={() => setOpen('refused')} />
      <SkipDialog open={open === 'skip'} onClose={close} onSkip={skip} />
      <NoteDialog
        open={open === 'note'}
        note={state.note}
        onClose={close}
        onKeep={(note) => {
          session?.setNote(note);
          close();
        }}
      />
      <KeysDialog
        open={open === 'keys'}
        fields={fields}
        singleKeys={singleKeys}
        onSingleKeys={setSingleKeys}
        onClose={close}
      />
      <RefusedDialog
        open={open === 'refused'}
        refused={state.refused}
        fields={fields}
        onClose={close}
        onForget={() => {
          session?.forgetRefused();
          close();
        }}
      />
    </>
  );
}
