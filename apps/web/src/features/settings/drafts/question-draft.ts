import type { Choice, LabelField } from '@dubio/contracts';
import type { Fields } from '@dubio/contracts/catalogue';
import { type Draft, DraftReader, draftOf, type Read } from '../form/draft';
import { strings } from '../strings';

const words = strings.question;

/** The bounds of a number that is asked for; any number may be one. */
export const NUMBER_BOUNDS = {
  minimum: { type: 'optional-number', label: words.minimum },
  maximum: { type: 'optional-number', label: words.maximum },
} as const satisfies Fields;

export type QuestionDraft = {
  readonly question: string;
  readonly choices: readonly Choice[];
  /** The unit and the bounds of a number. */
  readonly numbers: Draft;
};

export function questionDraft(field: LabelField): QuestionDraft {
  const { question } = field;
  if (field.kind !== 'number') return { question, choices: field.choices, numbers: {} };
  const { unit = '', minimum = null, maximum = null } = field;
  const bounds = draftOf('', NUMBER_BOUNDS, { minimum, maximum });
  return { question, choices: [], numbers: { unit, ...bounds } };
}

/** The question and its answers; values stay, since labels refer to them. */
export function readQuestion(field: LabelField, draft: QuestionDraft): Read<LabelField> {
  const reader = new DraftReader(draft.numbers);
  const question = draft.question.trim();
  const problems =
    question === '' ? [problem('question', 'Write what is asked about each item.')] : [];
  if (field.kind !== 'number') {
    const says = choicesProblem(draft.choices, field.kind === 'choice' ? 2 : 1);
    if (says !== null) problems.push(problem('choices', says));
    return reader.done({ ...field, question, choices: draft.choices.map(trimmed) }, problems);
  }
  const { minimum, maximum } = reader.fields('', NUMBER_BOUNDS);
  if (minimum !== null && maximum !== null && minimum >= maximum) {
    problems.push(problem('maximum', 'The minimum must lie below the maximum.'));
  }
  const unit = (draft.numbers.unit ?? '').trim();
  const number: LabelField = {
    kind: 'number',
    name: field.name,
    question,
    ...(unit === '' ? {} : { unit }),
    ...(minimum === null ? {} : { minimum }),
    ...(maximum === null ? {} : { maximum }),
  };
  return reader.done(number, problems);
}

const problem = (field: string, says: string) => ({ path: [field], expected: says, says });

function trimmed(choice: Choice): Choice {
  const title = choice.title?.trim() ?? '';
  const key = choice.key?.trim() ?? '';
  return {
    value: choice.value.trim(),
    ...(title === '' ? {} : { title }),
    ...(key === '' ? {} : { key }),
  };
}

function choicesProblem(choices: readonly Choice[], least: number): string | null {
  const values = choices.map((choice) => choice.value.trim());
  if (values.some((value) => value === '')) return 'Each answer needs a value.';
  if (values.length < least) {
    return least === 1
      ? 'At least 1 answer.'
      : 'At least 2 answers: with one there is nothing to learn.';
  }
  if (new Set(values).size < values.length) return 'Each answer may be listed once.';
  const keys = choices.flatMap((choice) =>
    choice.key === undefined || choice.key === '' ? [] : [choice.key],
  );
  return new Set(keys).size < keys.length ? 'Each key may be used once.' : null;
}
