'use client';

import { useEffect } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import styles from '../label.module.css';
import type { SkipReason } from '../outbox/outbox-record';
import { strings } from '../strings';

const REASONS: readonly SkipReason[] = ['unclear', 'broken', 'none-fits', 'not-mine', 'other'];

/** Asks why an item is skipped; one key answers. */
export function SkipDialog({
  open,
  onClose,
  onSkip,
}: {
  open: boolean;
  onClose: () => void;
  onSkip: (reason: SkipReason) => void;
}) {
  useEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent) => {
      const reason = REASONS[Number(event.key) - 1];
      if (reason === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      onSkip(reason);
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, [open, onSkip]);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={strings.skip.title}
      description={strings.skip.detail}
    >
      <div className={styles.reasons}>
        {REASONS.map((reason, place) => (
          <Button key={reason} kind="quiet" onClick={() => onSkip(reason)}>
            <kbd>{place + 1}</kbd>
            {strings.skip.reasons[reason]}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
