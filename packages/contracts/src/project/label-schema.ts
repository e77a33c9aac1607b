import { z } from 'zod';

/**
 * One possible answer of a choice field. `value` is stored, `title` is shown, `key` is the
 * keystroke.
 */
export const Choice = z.object({
  value: z.string().trim().min(1).max(120),
  title: z.string().trim().min(1).max(120).optional(),
  key: z.string().length(1).optional(),
});
export type Choice = z.infer<typeof Choice>;

const choicesOf = (least: number, reason: string) =>
  z
    .array(Choice)
    .min(least, reason)
    .max(1000)
    .refine((all) => new Set(all.map((c) => c.value)).size === all.length, {
      message: 'each answer once',
    });

/** One of several answers. */
export const ChoiceField = z.object({
  kind: z.literal('choice'),
  name: z.string().trim().min(1).max(60),
  question: z.string().trim().min(1).max(200),
  choices: choicesOf(2, 'at least 2 answers (with one there is nothing to learn)'),
});
export type ChoiceField = z.infer<typeof ChoiceField>;

/** Any number of several answers, none included. */
export const ChoicesField = z.object({
  kind: z.literal('choices'),
  name: z.string().trim().min(1).max(60),
  question: z.string().trim().min(1).max(200),
  choices: choicesOf(1, 'at least 1 answer'),
});
export type ChoicesField = z.infer<typeof ChoicesField>;

export const NumberField = z
  .object({
    kind: z.literal('number'),
    name: z.string().trim().min(1).max(60),
    question: z.string().trim().min(1).max(200),
    unit: z.string().trim().max(30).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
  })
  .refine((f) => f.minimum === undefined || f.maximum === undefined || f.minimum < f.maximum, {
    message: 'more than the minimum',
    path: ['maximum'],
  });
export type NumberField = z.infer<typeof NumberField>;

export const LabelField = z.discriminatedUnion('kind', [ChoiceField, ChoicesField, NumberField]);
export type LabelField = z.infer<typeof LabelField>;

/** What is asked about an item. Several fields share one network, and one queue. */
export const LabelSchema = z.object({ fields: z.array(LabelField).min(1).max(8) });
export type LabelSchema = z.infer<typeof LabelSchema>;

/** A chosen value, a number, or all values that were chosen. */
export const AnswerValue = z.union([
  z.string().max(120),
  z.number(),
  z.array(z.string().max(120)).max(1000),
]);
export type AnswerValue = z.infer<typeof AnswerValue>;
/** An answer: field name -> what was said about it. */
export const Answer = z.record(z.string(), AnswerValue);
export type Answer = z.infer<typeof Answer>;

function rangeOf({ minimum, maximum }: NumberField): string {
  if (maximum === undefined) return `at least ${minimum}`;
  return minimum === undefined ? `at most ${maximum}` : `between ${minimum} and ${maximum}`;
}

/** What is wrong with an answer to one field. */
export type AnswerProblem = { field: string; expected: string; got: string };

/** Says why an answer does not fit the schema; empty when it does. */
export function answerProblems(schema: LabelSchema, answer: Answer): AnswerProblem[] {
  const known = new Set(schema.fields.map((f) => f.name));
  const unknown = Object.keys(answer).filter((name) => !known.has(name));
  return [
    ...unknown.map((name) => ({
      field: name,
      expected: `one of ${[...known].join(', ')}`,
      got: name,
    })),
    ...schema.fields.flatMap((field) => {
      const value = answer[field.name];
      const expected = expectedInstead(field, value);
      if (expected === null) return [];
      const got = value === undefined ? 'nothing' : JSON.stringify(value);
      return [{ field: field.name, expected, got }];
    }),
  ];
}

/** What was expected where the value does not fit its field; null where it does. */
function expectedInstead(field: LabelField, value: AnswerValue | undefined): string | null {
  switch (field.kind) {
    case 'choice':
      if (field.choices.some((choice) => choice.value === value)) return null;
      return `one of ${listed(field.choices)}`;
    case 'choices': {
      const values = new Set(field.choices.map((choice) => choice.value));
      const fits =
        Array.isArray(value) &&
        value.every((one) => values.has(one)) &&
        new Set(value).size === value.length;
      return fits ? null : `a list of some of ${listed(field.choices)}, each at most once`;
    }
    case 'number': {
      const { minimum = -Infinity, maximum = Infinity } = field;
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'a number';
      return value < minimum || value > maximum ? rangeOf(field) : null;
    }
  }
}

function listed(choices: readonly Choice[]): string {
  const some = choices.slice(0, 12).map((choice) => choice.value);
  return `${some.join(', ')}${choices.length > some.length ? ', …' : ''}`;
}

/**
 * The most uncertainty that there can be about an item, in nats: ln C a choice, ln 2 for each of
 * several; null with a number.
 */
export function maxUncertainty({ fields }: LabelSchema): number | null {
  let nats = 0;
  for (const field of fields) {
    if (field.kind === 'number') return null;
    const { length } = field.choices;
    nats += field.kind === 'choice' ? Math.log(length) : length * Math.LN2;
  }
  return nats;
}
