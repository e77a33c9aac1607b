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
      {fields.map((field) => (
        <FieldKeys key={field.name} field={field} titled={fields.length > 1} />
      ))}
      {!isOneKey(fields) && (
        <dl className={styles.keys}>
          <KeyRow name={keys.confirm} caps={['↵']} />
        </dl>
      )}
      <hr />
      <dl className={styles.keys}>
        {ACTS.map(([name, caps]) => (
          <KeyRow key={name} name={name} caps={caps} />
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

/** The keys of a field's answers, under its question where there are several. */
function FieldKeys({ field, titled }: { field: AskedField; titled: boolean }) {
  if (field.kind === 'number') return null;
  const keyed = field.choices.filter((choice) => choice.key !== null);
  return (
    <>
      {titled && <h3 className="sm strong">{field.question}</h3>}
      <dl className={styles.keys}>
        {keyed.map((choice) => (
          <KeyRow key={choice.value} name={choice.name} caps={[choice.key ?? '']} />
        ))}
      </dl>
    </>
  );
}

function KeyRow({ name, caps }: { name: string; caps: readonly string[] }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="row gap-1">
        {caps.map((cap) => (
          <kbd key={cap}>{cap}</kbd>
        ))}
      </dd>
    </div>
  );
}
