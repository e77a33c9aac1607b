'use client';

import type { Answer } from '@dubio/contracts';
import { useRef, useState } from 'react';
import { completed, type DraftAnswer, withChoice } from '../draft-answer';
import type { AskedField } from '../field';
import { strings } from '../strings';

type Said = {
  readonly draft: DraftAnswer;
  readonly problem: { field: string; problem: string } | null;
};

export type Draft = Said & {
  choose: (field: AskedField, value: string) => void;
  /** As `choose`; after one of several answers the keys belong to the number that is asked next. */
  chooseByKey: (field: AskedField, value: string) => void;
  type: (field: AskedField, text: string) => void;
  /** Gives the answer, or says what is missing and leads there. */
  confirm: () => void;
  /** Where a field takes the focus: its number, or the first of its choices. */
  place: (field: AskedField) => (control: HTMLElement | null) => void;
  leadTo: (name: string) => void;
};

const NOTHING: Said = { draft: {}, problem: null };

/** The answer to several fields while it is put together; as it began again for each item. */
export function useDraft(
  fields: readonly AskedField[],
  itemId: string | null,
  onAnswer: (answer: Answer) => void,
  begin: DraftAnswer = NOTHING.draft,
): Draft {
  const first: Said = { draft: begin, problem: null };
  const [kept, setKept] = useState({ itemId, ...first });
  const controls = useRef(new Map<string, HTMLElement>());
  // What was said about another item is not said about this one.
  const { draft, problem } = kept.itemId === itemId ? kept : first;
  const keep = (next: DraftAnswer) => setKept({ itemId, draft: next, problem: null });
  const leadTo = (name: string) => controls.current.get(name)?.focus();
  return {
    draft,
    problem,
    choose: (field, value) => keep(withChoice(draft, field, value)),
    chooseByKey: (field, value) => {
      keep(withChoice(draft, field, value));
      const next = fields[fields.indexOf(field) + 1];
      if (field.kind === 'choice' && next?.kind === 'number') leadTo(next.name);
    },
    type: (field, text) => keep({ ...draft, [field.name]: text }),
    confirm: () => {
      const done = completed(fields, draft, strings.fields.choose);
      if ('answer' in done) {
        setKept({ itemId, ...NOTHING });
        onAnswer(done.answer);
      } else {
        setKept({ itemId, draft, problem: done });
        leadTo(done.field);
      }
    },
    place: (field) => (control) => {
      if (control === null) controls.current.delete(field.name);
      else controls.current.set(field.name, control);
    },
    leadTo,
  };
}
