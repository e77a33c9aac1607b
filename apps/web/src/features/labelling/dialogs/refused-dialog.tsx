'use client';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { type AskedField, answerText } from '../field';
import { firstWords } from '../item-words';
import styles from '../label.module.css';
import type { OutboxRecord } from '../outbox/outbox-record';
import { strings } from '../strings';

/** The answers the server did not take, each with its reason. */
export function RefusedDialog({
  open,
  refused,
  fields,
  onClose,
  onForget,
}: {
  open: boolean;
  refused: readonly OutboxRecord[];
  fields: readonly AskedField[];
  onClose: () => void;
  onForget: () => void;
}) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={strings.refused.title}
      actions={
        <Button kind="primary" onClick={onForget}>
          {strings.refused.done}
        </Button>
      }
    >
      <ul className={styles.refused}>
        {refused.map((record) => {
          const { item } = record.leased;
          return (
            <li key={record.key}>
              <span className={styles.thumb} data-words={item.imageUrl === null || undefined}>
                {item.imageUrl === null ? (
                  firstWords(item, 20)
                ) : (
                  // biome-ignore lint/performance/noImgElement: items are shown pixel by pixel
                  <img src={item.imageUrl} alt="" />
                )}
              </span>
              <span>
                <span className="mono">{item.externalId}</span>
                {record.input.answer !== undefined && (
                  <b> {answerText(fields, record.input.answer)}</b>
                )}
                <span className="t2 block">{record.refusal?.detail}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
