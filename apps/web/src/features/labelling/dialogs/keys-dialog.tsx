'use client';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Switch } from '@/components/ui/toggle';
import { type AskedField, isOneKey } from '../field';
import styles from '../label.module.css';
import { strings } from '../strings';

const { keys } = strings;
const ACTS = [
  [keys.undo, ['z']],
  [keys.skip, ['s']],
  [keys.flag, ['f']],
  [keys.note, ['n']],
  [keys.why, ['w']],
  [keys.zoom, ['+', '-']],
  [keys.help, ['?']],
] as const;

/** Every key of the page. Single-letter keys can be switched off here. */
export function KeysDialog({
  open,
  fields,
  singleKeys,
  onSingleKeys,
  onClose,
}: {
  open: boolean;
  fields: readonly AskedField[];
  singleKeys: boolean;
  onSingleKeys: (on: boolean) => void;
  onClose: () => void;
}) {
  return (
    <Dialog
      open={open}
      wide
      onOpenChange={(next) => !next && onClose()}
      title={keys.title}
      actions={<Button onClick={onClose}>{keys.close}</Button>}
    >
      <dl className={styles.keys}>
        {fields.flatMap((field) =>
          field.kind === 'number'
            ? []
            : field.choices.map(
                (choice) =>
                  choice.key !== null && (
                    <div key={`${field.name} ${choice.value}`}>
                      <dt>{choice.name}</dt>
                      <dd>
                        <kbd>{choice.key}</kbd>
                      </dd>
                    </div>
                  ),
              ),
        )}
        {!isOneKey(fields) && (
          <div>
            <dt>
              {fields.length === 1 && fields[0]?.kind === 'number' ? keys.enter : keys.confirm}
            </dt>
            <dd>
              <kbd>↵</kbd>
            </dd>
          </div>
        )}
      </dl>
      <hr />
      <dl className={styles.keys}>
        {ACTS.map(([name, caps]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="row gap-1">
              {caps.map((cap) => (
                <kbd key={cap}>{cap}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <hr />
      <Switch checked={singleKeys} onChange={onSingleKeys}>
        {keys.single}
      </Switch>
      <p className="xs t3">{keys.rest}</p>
    </Dialog>
  );
}
