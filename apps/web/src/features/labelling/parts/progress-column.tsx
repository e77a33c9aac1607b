import type { LabellingStatus } from '@dubio/contracts';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { formatCount } from '@/lib/format';
import styles from '../label.module.css';
import type { NewOrder } from '../session/state';
import { strings } from '../strings';

/**
 * What was done, how fast, how much is loaded ahead; and the place where a new order is announced.
 */
export function ProgressColumn({
  status,
  readyAhead,
  newOrder,
  onDismiss,
}: {
  status: LabellingStatus | null;
  readyAhead: number;
  newOrder: NewOrder | null;
  onDismiss: () => void;
}) {
  const { progress, pace, ahead } = strings;
  return (
    <aside className={styles.left} aria-label={progress.title}>
      <h2 className="pt">{progress.title}</h2>
      <dl className={`${styles.prog} num`}>
        <Figure value={status?.mineToday} name={progress.today} />
        <Figure value={status?.mineInAll} name={progress.inAll} />
        <Figure value={status?.projectLabels} name={progress.project} />
      </dl>
      <hr />
      <h2 className="pt">{pace.title}</h2>
      <p className="sm t2 num">
        {status?.medianMs == null ? (
          pace.none
        ) : (
          <>
            <b className={styles.tx}>{pace.seconds(status.medianMs)}</b> {pace.rest}
          </>
        )}
      </p>
      <hr />
      <h2 className="pt">{ahead.title}</h2>
      <p className="sm t2 num">
        <b className={styles.tx}>{formatCount(readyAhead)}</b> {ahead.rest(readyAhead)}
      </p>
      <div role="status">
        {newOrder !== null && <NewOrderNotice order={newOrder} onDismiss={onDismiss} />}
      </div>
    </aside>
  );
}

function Figure({ value, name }: { value: number | undefined; name: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value === undefined ? '…' : formatCount(value)}</dd>
    </div>
  );
}

function NewOrderNotice({ order, onDismiss }: { order: NewOrder; onDismiss: () => void }) {
  return (
    <div className={styles.notice}>
      <div className="row spread">
        <span className="sm strong">{strings.newOrder.title}</span>
        <Button
          kind="quiet"
          size="tiny"
          className={styles.sq}
          aria-label={strings.newOrder.dismiss}
          onClick={onDismiss}
        >
          <Icon name="close" />
        </Button>
      </div>
      <p className="sm t2">{strings.newOrder.detail(order.round, order.changed, order.of)}</p>
    </div>
  );
}
