import type { LabellingStatus } from '@dubio/contracts';
import { Icon } from '@/components/icons/icon';
import { Chip } from '@/components/ui/chip';
import { RelativeTime } from '@/components/ui/relative-time';
import styles from '../label.module.css';
import type { NewOrder } from '../session/state';
import { strings } from '../strings';

const MOST_TICKS = 40;
const { queue } = strings;

/** How old the queue is and how long until the next one. */
export function QueueLine({
  status,
  newOrder,
}: {
  status: LabellingStatus | null;
  newOrder: NewOrder | null;
}) {
  return (
    <div className={`${styles.age} num`}>
      {status !== null && (
        <>
          <span className="row">
            <Icon name="list" />
            <QueueAge status={status} />
            {newOrder !== null && (
              <Chip className={styles.newo ?? ''}>{strings.newOrder.chip}</Chip>
            )}
          </span>
          <UntilRound status={status} />
        </>
      )}
    </div>
  );
}

function QueueAge({ status }: { status: LabellingStatus }) {
  if (status.roundNumber === null) {
    return (
      <span>
        <span className={styles.long}>
          {status.coldStart === 'diverse' ? queue.diverse : queue.random}
        </span>
        <span className={styles.short}>{queue.short}</span>
      </span>
    );
  }
  return (
    <span>
      <span className={styles.long}>
        {queue.from}
        <b>{queue.round(status.roundNumber)}</b>
      </span>
      <span className={styles.short}>
        <b>{queue.roundShort(status.roundNumber)}</b>
      </span>
      {status.roundReadyAt !== null && (
        <>
          , <RelativeTime at={status.roundReadyAt} />
        </>
      )}
    </span>
  );
}

function UntilRound({ status }: { status: LabellingStatus }) {
  const { labelsUntilRound: left, retrainAfterLabels: all } = status;
  if (left === null || all === null) return null;
  if (left <= 0) return <span>{queue.soon}</span>;
  const done = Math.max(0, all - left);
  const ticks = Math.min(all, MOST_TICKS);
  const on = Math.floor((done / all) * ticks);
  return (
    <span className="row">
      <span className={styles.ticks} role="img" aria-label={queue.ticks(done, all)}>
        {Array.from({ length: ticks }, (_, tick) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a tick is its place
          <i key={tick} className={tick < on ? styles.on : undefined} />
        ))}
      </span>
      <span>
        <b>{queue.toNext(left)}</b> <span className={styles.long}>{queue.rest}</span>
        <span className={styles.short}>{queue.restShort}</span>
      </span>
    </span>
  );
}
