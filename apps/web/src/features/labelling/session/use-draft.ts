'use client';

import type { Answer } from '@dubio/contracts';
import { useEffect, useState } from 'react';
import { completed, type DraftAnswer, withChoice } from '../draft-answer';
import type { AskedField } from '../field';
import { strings } from '../strings';

export type Draft = {
  readonly draft: DraftAnswer;
  readonly problem: { field: string; problem: string } | null;
  choose: (field: AskedField, value: string) => void;
  type: (field: AskedField, text: string) => void;
  confirm: () => void;
};

/** The answer to several fields while it is put together; empty again for each item. */
export function useDraft(
  fields: readonly AskedField[],
  itemId: string | null,
  onAnswer: (answer: Answer) => void,
): Draft {
  const [draft, setDraft] = useState<DraftAnswer>({});
  const [problem, setProblem] = useState<Draft['problem']>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new item starts with an empty draft
  useEffect(() => {
    setDraft({});
    setProblem(null);
  }, [itemId]);
  const change = (next: DraftAnswer) => {
    setDraft(next);
    setProblem(null);
  };
  return {
    draft,
    problem,
    choose: (field, value) => change(withChoice(draft, field, value)),
    type: (field, text) => change({ ...draft, [field.name]: text }),
    confirm: () => {
      const done = completed(fields, draft, strings.fields.choose);
      if ('answer' in done) onAnswer(done.answer);
      else setProblem(done);
    },
  };
}
