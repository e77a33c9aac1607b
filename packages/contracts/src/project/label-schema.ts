import { z } from 'zod';

/** One possible answer of a choice field. `value` is stored, `title` is shown, `key` is the keystroke. */
export const Choice = z.object({
  value: z.string().trim().min(1).max(120),
  title: z.string().trim().min(1).max(120).optional(),
  key: z.string().length(1).optional(),
});
export type Choice = z.infer<typeof Choice>;

export const ChoiceField = z.object({
  kind: z.literal('choice'),
  name: z.string().trim().min(1).max(60),
  question: z.string().trim().min(1).max(200),
  choices: z
    .array(Choice)
    .min(2, 'at least 2 answers (with one there is nothing to learn)')
    .max(1000)
    .refine((all) => new Set(all.map((c) => c.value)).size === all.length, {
      message: 'each answer once',
    }),
});
export type ChoiceField = z.infer<typeof ChoiceField>;

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

export const LabelField = z.discriminatedUnion('kind', [ChoiceField, NumberField]);
export type LabelField = z.infer<typeof LabelField>;

/** What is asked about an item. One field now; several share one network later. */
export const LabelSchema = z.object({ fields: z.array(LabelField).min(1).max(8) });
export type LabelSchema = z.infer<typeof LabelSchema>;

/** An answer: field name -> chosen value or number. */
export const AnswerValue = z.union([z.string().max(120), z.number()]);
export const Answer = z.record(z.string(), AnswerValue);
export type Answer = z.infer<typeof Answer>;

function rangeOf({ minimum, maximum }: NumberField): string {
  if (maximum === undefined) return `at least ${minimum}`;
  return minimum === undefined ? `at most ${maximum}` : `between ${minimum} and ${maximum}`;
}

/** Says why an answer does not fit the schema; empty when it does. */
export function answerProblems(
  schema: LabelSchema,
  answer: Answer,
): { field: string; expected: string; got: string }[] {
  const problems: { field: string; expected: string; got: string }[] = [];
  const known = new Set(schema.fields.map((f) => f.name));
  for (const name of Object.keys(answer)) {
    if (!known.has(name)) {
      problems.push({ field: name, expected: `one of ${[...known].join(', ')}`, got: name });
    }
  }
  for (const field of schema.fields) {
    const value = answer[field.name];
    const got = value === undefined ? 'nothing' : JSON.stringify(value);
    if (field.kind === 'choice') {
      if (!field.choices.some((choice) => choice.value === value)) {
        const some = field.choices.slice(0, 12).map((c) => c.value);
        const more = field.choices.length > some.length ? ', …' : '';
        problems.push({ field: field.name, expected: `one of ${some.join(', ')}${more}`, got });
      }
      continue;
    }
    const { minimum = -Infinity, maximum = Infinity } = field;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      problems.push({ field: field.name, expected: 'a number', got });
    } else if (value < minimum || value > maximum) {
      problems.push({ field: field.name, expected: rangeOf(field), got });
    }
  }
  return problems;
}
