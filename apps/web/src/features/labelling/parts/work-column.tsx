'use client';

import type { LeasedItem } from '@dubio/contracts';
import { type AskedField, headingOf, isOneKey } from '../field';
import styles from '../label.module.css';
import type { LabellingState } from '../session/state';
import type { Draft } from '../session/use-draft';
import { strings } from '../strings';
import { ActionsRow } from './actions-row';
import { AnswerForm } from './answer-form';
import { Choices } from './choices';
import { HistoryStrip } from './history-strip';
import { ItemStage } from './item-stage';
import { QueueLine } from './queue-line';

/**
 * The middle: the age of the queue, the item, the question, the answers, what was answered last.
 */
export function WorkColumn({
  state,
  front,
  fields,
  draft,
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
  fields: readonly AskedField[];
  draft: Draft;
  zoom: number;
  taken: string | null;
  onZoom: (step: 1 | -1) => void;
  onAnswer: (value: string) => void;
  onUndo: () => void;
  onSkip: () => void;
  onFlag: () => void;
  onNote: () => void;
  onRetryImage: () => void;
}) {
  const [field] = fields;
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
      <h1 className={styles.ask}>{headingOf(fields)}</h1>
      {field?.kind === 'choice' && isOneKey(fields) ? (
        <Choices choices={field.choices} taken={taken} onAnswer={onAnswer} />
      ) : (
        <AnswerForm fields={fields} itemId={front.item.id} draft={draft} />
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
        fields={fields}
        today={state.progress?.mineToday ?? null}
      />
    </section>
  );
}
