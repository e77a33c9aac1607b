import { strings } from '../strings';

type Limits = { minimum: number | null; maximum: number | null; unit: string | null };

/** Reads a number as people write it, or says what is wrong with it. */
export function parseNumber(
  text: string,
  { minimum, maximum, unit }: Limits,
): { value: number } | { problem: string } {
  const tidy = text
    .trim()
    .replace(/\u2212/g, '-')
    .replace(',', '.');
  const value = Number(tidy);
  const after = unit === null ? '' : ` ${unit}`;
  if (tidy === '' || !Number.isFinite(value)) return { problem: strings.number.notNumber };
  if (minimum !== null && value < minimum) return { problem: strings.number.below(minimum, after) };
  if (maximum !== null && value > maximum) return { problem: strings.number.above(maximum, after) };
  return { value };
}
