import { formatCount } from '@/lib/format';

export type NumberRule = {
  readonly from: number;
  readonly to: number;
  readonly whole?: boolean;
  /** An empty field is null, not a mistake. */
  readonly open?: boolean;
  /** Said instead of the range when the value is too small. */
  readonly tooSmall?: string;
};
export type NumberRead =
  | { readonly value: number | null; readonly error: null }
  | { readonly value: null; readonly error: string };

/** Reads what was typed into a number, or says what may be typed. */
export function readNumber(text: string, rule: NumberRule): NumberRead {
  const typed = text.trim().replaceAll(',', '').replace('\u2212', '-');
  if (typed === '') {
    return rule.open === true ? { value: null, error: null } : { value: null, error: range(rule) };
  }
  const value = Number(typed);
  if (!Number.isFinite(value) || (rule.whole === true && !Number.isInteger(value))) {
    return { value: null, error: range(rule) };
  }
  if (value < rule.from) {
    return { value: null, error: rule.tooSmall ?? range(rule) };
  }
  return value > rule.to ? { value: null, error: range(rule) } : { value, error: null };
}

function range({ from, to, whole }: NumberRule): string {
  const what = whole === true ? 'A whole number' : 'A number';
  const write = (value: number) => (Number.isInteger(value) ? formatCount(value) : String(value));
  return `${what} from ${write(from)} to ${write(to)}.`;
}
