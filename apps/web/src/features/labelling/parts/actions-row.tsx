import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import styles from '../label.module.css';
import { strings } from '../strings';

const { actions } = strings;

/** Undo, skip, flag, note: each with its key. */
export function ActionsRow({
  canUndo,
  undoing,
  hasItem,
  flagged,
  noted,
  onUndo,
  onSkip,
  onFlag,
  onNote,
}: {
  canUndo: boolean;
  undoing: boolean;
  hasItem: boolean;
  flagged: boolean;
  noted: boolean;
  onUndo: () => void;
  onSkip: () => void;
  onFlag: () => void;
  onNote: () => void;
}) {
  return (
    <div className={styles.acts}>
      <Button
        kind="quiet"
        aria-keyshortcuts="z"
        disabled={!canUndo}
        working={undoing}
        onClick={onUndo}
      >
        {!undoing && <Icon name="undo" />}
        {actions.undo}
        <kbd>z</kbd>
      </Button>
      <Button kind="quiet" aria-keyshortcuts="s" disabled={!hasItem} onClick={onSkip}>
        <Icon name="skip" />
        {actions.skip}
        <kbd>s</kbd>
      </Button>
      <Button
        kind="quiet"
        aria-keyshortcuts="f"
        aria-pressed={flagged}
        disabled={!hasItem}
        onClick={onFlag}
      >
        <Icon name="flag" />
        {actions.flag}
        <kbd>f</kbd>
      </Button>
      <Button
        kind="quiet"
        aria-keyshortcuts="n"
        aria-pressed={noted}
        disabled={!hasItem}
        onClick={onNote}
      >
        <Icon name="note" />
        {actions.note}
        <kbd>n</kbd>
      </Button>
    </div>
  );
}
