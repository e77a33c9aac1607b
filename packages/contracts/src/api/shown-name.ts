import { z } from 'zod';

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
