'use client';

import { type KeyboardEvent, useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, TextArea } from '@/components/ui/field';
import { strings } from '../strings';

const LONGEST = 2000;

/** A note that goes with the answer to the item in front. */
export function NoteDialog({
  open,
  note,
  onClose,
  onKeep,
}: {
  open: boolean;
  note: string;
  onClose: () => void;
  onKeep: (note: string) => void;
}) {
  const [text, setText] = useState(note);
  useEffect(() => {
    if (open) setText(note);
  }, [open, note]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onKeep(text);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={strings.note.title}
      actions={
        <>
          <Button onClick={onClose}>{strings.note.leave}</Button>
          <Button kind="primary" onClick={() => onKeep(text)}>
            {strings.note.keep}
            <kbd>Ctrl ↵</kbd>
          </Button>
        </>
      }
    >
      <Field label={strings.note.label} hint={strings.note.hint}>
        {(control) => (
          <TextArea
            {...control}
            maxLength={LONGEST}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
          />
        )}
      </Field>
    </Dialog>
  );
}
