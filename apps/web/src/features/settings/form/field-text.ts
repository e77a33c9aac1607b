import type { Field, NumberField, OptionalNumberField, ValueOf } from '@dubio/contracts/catalogue';
import { formatCount } from '@/lib/format';

/** What is typed of a field that is switched on; empty is off. */
const ON = 'on';
const PERCENT_PLACES = 2;
const DECIMAL = /^([-+]?)(?=\.?\d)(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i;

type Numbers = Pick<
  NumberField | OptionalNumberField,
  'type' | 'min' | 'above' | 'max' | 'below' | 'shown'
>;
type TextRead<Value> =
  | { readonly value: Value; readonly error: null }
  | { readonly value: null; readonly error: string };

/**
 * A value as it is typed: `readField` gives back the very same value. A share is shown in percent
 * by moving its decimal point, since a product would round.
 */
export function writeField(field: Field, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return writeFlag(value);
  if (typeof value === 'number') return writeNumber(value, isPercent(field) ? PERCENT_PLACES : 0);
  return Array.isArray(value) ? value.join(', ') : String(value);
}

export const writeFlag = (on: boolean): string => (on ? ON : '');
export const isOn = (text: string | undefined): boolean => text === ON;

/** Reads what was typed, or says what may be typed. */
export function readField(field: Field, text: string): TextRead<ValueOf<Field>> {
  switch (field.type) {
    case 'flag':
      return { value: isOn(text), error: null };
    case 'choice': {
      const isKnown = Object.hasOwn(field.options, text);
      return isKnown ? { value: text, error: null } : { value: null, error: 'Choose one.' };
    }
    case 'number-choice':
      return field.values.includes(Number(text))
        ? { value: Number(text), error: null }
        : { value: null, error: `One of ${field.values.join(', ')}.` };
    case 'sizes': {
      const sizes = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
      const fit = sizes.every((size) => Number.isInteger(size) && isWithin(field, size));
      if (fit && sizes.length >= field.fewest && sizes.length <= field.most) {
        return { value: sizes, error: null };
      }
      const each = `whole numbers from ${formatCount(field.min)} to ${formatCount(field.max)}`;
      return {
        value: null,
        error: `${field.fewest} to ${field.most} ${each}, with commas between.`,
      };
    }
    default:
      return readNumber(text, field);
  }
}

/** Reads a number; groups of three and a real minus are fine. */
export function readNumber(text: string, field: Numbers): TextRead<number | null> {
  const typed = text.trim().replaceAll(',', '').replace('\u2212', '-');
  const isOptional = field.type === 'optional-number' || field.type === 'optional-whole';
  if (typed === '' && isOptional) return { value: null, error: null };
  const value = typed === '' ? Number.NaN : parseNumber(typed, isPercent(field));
  const isWhole = field.type === 'whole' || field.type === 'optional-whole';
  const fits = Number.isFinite(value) && (!isWhole || Number.isSafeInteger(value));
  return fits && isWithin(field, value)
    ? { value, error: null }
    : { value: null, error: rangeWords(field, isWhole) };
}

export const isPercent = (field: Pick<Numbers, 'shown'> | Field): boolean =>
  'shown' in field && field.shown === 'percent';

function isWithin({ min, above, max, below }: Omit<Numbers, 'type'>, value: number): boolean {
  return (
    value >= (min ?? -Infinity) &&
    value > (above ?? -Infinity) &&
    value <= (max ?? Infinity) &&
    value < (below ?? Infinity)
  );
}

function parseNumber(typed: string, percent: boolean): number {
  if (!percent) return Number(typed);
  return DECIMAL.test(typed) ? Number(moveDecimalPoint(typed, -PERCENT_PLACES)) : Number.NaN;
}

const writeNumber = (value: number, places: number): string =>
  places === 0 ? String(value) : moveDecimalPoint(String(value), places);

/** A decimal number times 10^places, digit by digit: nothing is rounded. */
export function moveDecimalPoint(text: string, places: number): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  const digits = whole + fraction;
  const point = whole.length + Number(exponent) + places;
  // Very long runs of zeros are left to an exponent.
  if (point < -20 || point > 20 + digits.length) return `${sign}0.${digits}e${point}`;
  const padded = digits.padStart(digits.length + Math.max(0, 1 - point), '0');
  const at = Math.max(1, point);
  const before = padded
    .slice(0, at)
    .padEnd(at, '0')
    .replace(/^0+(?=\d)/, '');
  const after = padded.slice(at).replace(/0+$/, '');
  return `${sign}${before}${after === '' ? '' : `.${after}`}`;
}

/** "A number above 0, up to 1." */
function rangeWords(field: Numbers, isWhole: boolean): string {
  const { min, above, max, below } = field;
  const write = (bound: number): string => {
    const shown = Number(writeNumber(bound, isPercent(field) ? PERCENT_PLACES : 0));
    return Number.isInteger(shown) ? formatCount(shown) : String(shown);
  };
  const what = isWhole ? 'A whole number' : 'A number';
  if (min !== undefined && max !== undefined) {
    return `${what} from ${write(min)} to ${write(max)}.`;
  }
  const isOpen = max === undefined && below === undefined;
  const parts = [
    ...(min === undefined ? [] : [`from ${write(min)}${isOpen ? ' up' : ''}`]),
    ...(above === undefined ? [] : [`above ${write(above)}`]),
    ...(max === undefined ? [] : [`up to ${write(max)}`]),
    ...(below === undefined ? [] : [`below ${write(below)}`]),
  ];
  return parts.length === 0 ? `${what}.` : `${what} ${parts.join(', ')}.`;
}
