'use client';

import type { Answer, Item, LabelVersion, Project } from '@dubio/contracts';
import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { useCan } from '@/lib/session';
import { draftOf } from '../labelling/draft-answer';
import { askedFields } from '../labelling/field';
import { AnswerForm } from '../labelling/parts/answer-form';
import { useDraft } from '../labelling/session/use-draft';
import { useCorrectLabel, useLabelVersions } from './queries';
import { strings } from './strings';

type Props = { readonly project: Project; readonly item: Item };

/** Sets the label of an item right; only where there is one. */
export function CorrectLabel({ project, item }: Props) {
  const [open, setOpen] = useState(false);
  const now = useLabelVersions(project.id, item.id).data?.versions[0];
  if (!useCan('label.correct') || item.label === null || now === undefined) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{strings.correct.button}</Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={strings.correct.title}
        description={strings.correct.detail}
        actions={<Button onClick={() => setOpen(false)}>{strings.correct.keep}</Button>}
      >
        <Correction project={project} item={item} now={now} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

type CorrectionProps = Props & { readonly now: LabelVersion; readonly onDone: () => void };

function Correction({ project, item, now, onDone }: CorrectionProps) {
  const fields = useMemo(() => askedFields(project.labelSchema), [project.labelSchema]);
  const [note, setNote] = useState('');
  const correct = useCorrectLabel(project.id, item.id);
  const give = (answer: Answer) => {
    const why = note.trim();
    correct.mutate(
      { answer, seenAt: now.updatedAt, ...(why === '' ? {} : { note: why }) },
      { onSettled: onDone },
    );
  };
  const draft = useDraft(fields, item.id, give, draftOf(now.answer));
  return (
    <div className="it-correct">
      <Field label={strings.correct.note}>
        {(control) => (
          <Input
            {...control}
            maxLength={2000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <AnswerForm fields={fields} itemId={item.id} draft={draft} />
    </div>
  );
}
