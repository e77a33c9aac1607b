import { z } from 'zod';
import { LabelSchema } from '../project/label-schema.js';

/** Controls, marks that turn the direction of writing, and characters without width. */
const INVISIBLE = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;
/** Joiners stand between letters of scripts that need them, and in emoji; anywhere else they hide. */
const JOINER = /[\u200c\u200d]/u;
const HIDDEN_JOINER =
  /(?<!\p{L}|\p{M}|\p{Extended_Pictographic}|\p{Emoji_Modifier})[\u200c\u200d]|[\u200c\u200d](?!\p{L}|\p{M}|\p{Extended_Pictographic})/u;
const WITHOUT_JOINERS = /[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Han}][\u200c\u200d]/u;

const isPlain = (name: string): boolean =>
  !INVISIBLE.test(name) &&
  !(JOINER.test(name) && (HIDDEN_JOINER.test(name) || WITHOUT_JOINERS.test(name)));

/**
 * A name that people see and tell apart: two that look alike must not differ by what nobody sees,
 * and none may turn the text beside it around.
 */
export const shownName = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine(isPlain, { message: 'a name without invisible characters' });

type Named = { message: string; path: (string | number)[] };

/** Where a label schema has a name, a choice or a unit that is not as people see it. */
function hiddenIn({ fields }: LabelSchema): Named[] {
  const found: Named[] = [];
  const look = (text: string | undefined, ...path: (string | number)[]) => {
    if (text === undefined || isPlain(text)) return;
    found.push({ message: 'a text without invisible characters', path: ['fields', ...path] });
  };
  for (const [at, field] of fields.entries()) {
    look(field.name, at, 'name');
    look(field.question, at, 'question');
    if (field.kind === 'number') look(field.unit, at, 'unit');
    else
      for (const [place, choice] of field.choices.entries()) {
        look(choice.value, at, 'choices', place, 'value');
        look(choice.title, at, 'choices', place, 'title');
      }
  }
  return found;
}

/** A label schema as it may be written; what is stored already is read as it is. */
export const NewLabelSchema = LabelSchema.superRefine((schema, context) => {
  for (const problem of hiddenIn(schema)) context.addIssue({ code: 'custom', ...problem });
});
