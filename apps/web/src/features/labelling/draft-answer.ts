import type { Answer } from '@dubio/contracts';
import type { AskedField } from './field';
import { parseNumber } from './parts/parse-number';

/** An answer that is being put together: what was chosen, and numbers as they were typed. */
export type DraftAnswer = Readonly<Record<string, string | readonly string[]>>;

/** The draft with an answer chosen; of several, one more or one less. */
export function withChoice(draft: DraftAnswer, field: AskedField, value: string): DraftAnswer {
  if (field.kind !== 'choices') return { ...draft, [field.name]: value };
  const before = draft[field.name] ?? [];
  const chosen = typeof before === 'string' ? [before] : before;
  const after = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  return { ...draft, [field.name]: after };
}

/** A given answer as a draft, to be changed. */
export function draftOf(answer: Answer): DraftAnswer {
  const said = ([name, value]: [string, Answer[string]]) =>
    [name, typeof value === 'number' ? String(value) : value] as const;
  return Object.fromEntries(Object.entries(answer).map(said));
}

export function isChosen(draft: DraftAnswer, field: AskedField, value: string): boolean {
  const said = draft[field.name];
  return said !== undefined && (typeof said === 'string' ? said === value : said.includes(value));
}

export type Completed =
  | { readonly answer: Answer }
  /** The first field that is not answered yet, and why. */
  | { readonly field: string; readonly problem: string };

/** The answer to all fields, or what is still missing. None of several choices is an answer. */
export function completed(
  fields: readonly AskedField[],
  draft: DraftAnswer,
  missing: string,
): Completed {
  const answer: Answer = {};
  for (const field of fields) {
    const said = draft[field.name];
    if (field.kind === 'number') {
      const parsed = parseNumber(typeof said === 'string' ? said : '', field);
      if ('problem' in parsed) return { field: field.name, problem: parsed.problem };
      answer[field.name] = parsed.value;
    } else if (field.kind === 'choices') {
      const chosen = said === undefined || typeof said === 'string' ? [] : said;
      answer[field.name] = field.choices
        .map(({ value }) => value)
        .filter((v) => chosen.includes(v));
    } else {
      if (typeof said !== 'string') return { field: field.name, problem: missing };
      answer[field.name] = said;
    }
  }
  return { answer };
}
