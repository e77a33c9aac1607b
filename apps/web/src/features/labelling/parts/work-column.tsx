'use client';

import type { LeasedItem } from '@dubio/contracts';
import type { AskedField } from '../field';
import styles from '../label.module.css';
import type { LabellingState } from '../session/state';
import { strings } from '../strings';
import { ActionsRow } from './actions-row';
import { Choices } from './choices';
import { HistoryStrip } from './history-strip';
import { ItemStage } from './item-stage';
import { NumberAnswer } from './number-answer';
import { QueueLine } from './queue-line';

/** The middle: the age of the queue, the item, the question, the answers, what was answered last. */
export function WorkColumn({
  state,
  front,
  field,
  zoom,
  taken,
  onZoom,
  onAnswer,
  onUndo,
  onSkip,
  onFlag,
  onNote,
  onRetryImage,
}: {
  state: LabellingState;
  front: LeasedItem;
  field: AskedField | null;
  zoom: number;
  taken: string | null;
  onZoom: (step: 1 | -1) => void;
  onAnswer: (value: string | number) => void;
  onUndo: () => void;
  onSkip: () => void;
  onFlag: () => void;
  onNote: () => void;
  onRetryImage: () => void;
}) {
  return (
    <section aria-label={strings.item}>
      <QueueLine status={state.progress} newOrder={state.newOrder} />
      <ItemStage
        item={front.item}
        image={state.image}
        zoom={zoom}
        onZoom={onZoom}
        onRetry={onRetryImage}
      />
      <h1 className={styles.ask}>{field?.question}</h1>
      {field?.kind === 'choice' && (
        <Choices choices={field.choices} taken={taken} disabled={false} onAnswer={onAnswer} />
      )}
      {field?.kind === 'number' && (
        <NumberAnswer field={field} itemId={front.item.id} disabled={false} onAnswer={onAnswer} />
      )}
      <ActionsRow
        canUndo={state.history.some((entry) => entry.state !== 'refused')}
        undoing={state.undoing}
        hasItem
        flagged={state.flagged}
        noted={state.note !== ''}
        onUndo={onUndo}
        onSkip={onSkip}
        onFlag={onFlag}
        onNote={onNote}
      />
      <HistoryStrip
        entries={state.history}
        field={field}
        today={state.progress?.mineToday ?? null}
      />
    </section>
  );
}
