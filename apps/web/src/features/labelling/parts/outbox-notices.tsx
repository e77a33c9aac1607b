import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import type { LabellingState } from '../session/state';
import { strings } from '../strings';

/** What people must know about answers that are not with the server. One place, said politely. */
export function OutboxNotices({
  state,
  onShowRefused,
}: {
  state: Pick<LabellingState, 'connection' | 'waiting' | 'refused' | 'durable'>;
  onShowRefused: () => void;
}) {
  const { connection, waiting, refused, durable } = state;
  const withdrawn = refused.every((each) => each.refusal?.code === 'annotation.withdrawn');
  return (
    <section className="toasts" role="status" aria-label={strings.history.state.waiting}>
      {connection === 'offline' && (
        <div className="toast">
          <Icon name="upload" />
          <span className="grow">{strings.waiting.offline(waiting)}</span>
        </div>
      )}
      {connection === 'signed-out' && (
        <div className="toast bad">
          <Icon name="warning" />
          <span className="grow">{strings.waiting.signedOut(waiting)}</span>
        </div>
      )}
      {connection === 'offline' && !durable && (
        <div className="toast warn">
          <Icon name="warning" />
          <span className="grow">{strings.waiting.notDurable}</span>
        </div>
      )}
      {refused.length > 0 && (
        <div className="toast bad">
          <Icon name="warning" />
          <span className="grow">
            {strings.refused.text(refused.length)}
            {withdrawn ? strings.refused.withdrawn(refused.length) : '.'}
          </span>
          <Button kind="quiet" size="tiny" onClick={onShowRefused}>
            {strings.refused.show}
          </Button>
        </div>
      )}
    </section>
  );
}
