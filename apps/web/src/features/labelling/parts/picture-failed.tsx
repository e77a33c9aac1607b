import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { strings } from '../strings';

/** What is shown while no picture can be. */
export function PictureFailed({ onRetry }: { onRetry: () => void }) {
  return (
    <div className="grid place-items-center gap-2 self-center" role="alert">
      <p className="sm text-[#ECEEEF]">{strings.states.imageFailed}</p>
      <Button size="tiny" onClick={onRetry}>
        <Icon name="retrain" />
        {strings.states.imageAgain}
      </Button>
    </div>
  );
}
