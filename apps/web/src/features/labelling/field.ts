import type { Answer, Choice, LabelSchema } from '@dubio/contracts';
import { assignKeys, type KeyedChoice } from './keys/assign-keys';
import { strings } from './strings';

/** What is asked about an item, ready for the screen. */
export type AskedField =
  | {
      /** One answer, or any number of them. */
      kind: 'choice' | 'choices';
      name: string;
      question: string;
      choices: readonly KeyedChoice[];
    }
  | {
      kind: 'number';
      name: string;
      question: string;
      unit: string | null;
      minimum: number | null;
      maximum: number | null;
    };

/**
 * Everything that is asked, in order. No two answers share a key, whichever fields they belong to.
 */
export function askedFields(schema: LabelSchema): AskedField[] {
  const lists = schema.fields.map((field) => (field.kind === 'number' ? [] : field.choices));
  const keyed = keysFor(lists);
  return schema.fields.map((field, index) => {
    const { name, question } = field;
    if (field.kind !== 'number')
      return { kind: field.kind, name, question, choices: keyed[index]! };
    return {
      kind: 'number',
      name,
      question,
      unit: field.unit ?? null,
      minimum: field.minimum ?? null,
      maximum: field.maximum ?? null,
    };
  });
}

/**
 * One list is laid out like the keyboard; the keys of several are given out one list after another.
 */
function keysFor(lists: readonly (readonly Choice[])[]): KeyedChoice[][] {
  if (lists.length === 1) return lists.map((choices) => assignKeys(choices));
  const named = lists.flatMap((choices, list) =>
    choices.map((choice) => ({ ...choice, value: `${list} ${choice.value}` })),
  );
  const all = new Map(assignKeys(named).map((choice) => [choice.value, choice.key]));
  return lists.map((choices, list) =>
    choices.map((choice, index) => ({
      value: choice.value,
      name: choice.title ?? choice.value,
      index,
      key: all.get(`${list} ${choice.value}`) ?? null,
    })),
  );
}

/**
 * Whether one key answers the item; otherwise answers are put together and confirmed with Enter.
 */
export const isOneKey = (fields: readonly AskedField[]): boolean =>
  fields.length === 1 && fields[0]?.kind === 'choice';

/** What stands above the answers: the question, or that there are several. */
export const headingOf = (fields: readonly AskedField[]): string =>
  fields.length === 1 ? (fields[0]?.question ?? '') : strings.fields.title;

/** An answer as people read it. */
export function answerText(fields: readonly AskedField[], answer: Answer | null): string {
  if (answer === null) return '';
  return fields
    .flatMap((field) => {
      const value = answer[field.name];
      if (value === undefined) return [];
      if (field.kind === 'number') return [String(value)];
      const values = Array.isArray(value) ? value : [String(value)];
      if (values.length === 0) return [strings.fields.none];
      return values.map((one) => field.choices.find((c) => c.value === one)?.name ?? one);
    })
    .join(', ');
}

/**
 * The most uncertainty about one item: ln C for C answers, ln 2 for each of several; a number has
 * no such end.
 */
export function maxUncertainty(fields: readonly AskedField[]): number | null {
  let nats = 0;
  for (const field of fields) {
    if (field.kind === 'number') return null;
    const { length } = field.choices;
    nats += field.kind === 'choice' ? Math.log(length) : length * Math.LN2;
  }
  return fields.length === 0 ? null : nats;
}
