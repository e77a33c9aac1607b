import { NumericsError } from '@dubio/bayes-core/pure';

/** Any array of numbers, typed or plain. */
export type Reals = ArrayLike<number>;

/**
 * What float32 sums may be off before a bound counts as broken, in nats or probability. Values
 * beyond a bound by less are put onto it; values beyond by more stop the run.
 */
export const ROUNDING = 1e-5;

/** @throws NumericsError `shape_mismatch` unless `array` has exactly `expected` values. */
export function assertLength(op: string, name: string, array: Reals, expected: number): void {
  if (array.length !== expected)
    throw new NumericsError(
      'shape_mismatch',
      `${op}: ${name} must hold ${expected} values, got ${array.length}.`,
      { op, name, expected, got: array.length },
    );
}

/**
 * @throws NumericsError `invalid_argument` unless `value` is a whole number of at least `least`.
 */
export function assertCount(op: string, name: string, value: number, least = 0): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new NumericsError(
      'invalid_argument',
      `${op}: ${name} must be a whole number of at least ${least}, got ${value}.`,
      { op, name, least, got: value },
    );
}

/**
 * @throws NumericsError `non_finite` at the first NaN or infinity; nothing is ever put in its
 * place.
 */
export function assertFinite(op: string, name: string, array: Reals): void {
  for (let i = 0; i < array.length; i++)
    if (!Number.isFinite(array[i]!))
      throw new NumericsError(
        'non_finite',
        `${op}: ${name} holds ${array[i]} at ${i}. Look for a diverged training run or a broken input.`,
        { op, name, index: i, got: String(array[i]) },
      );
}

/**
 * Returns `value` put into [low, high] when it is outside by rounding only.
 * @throws NumericsError `invalid_data` when it is outside by more than `ROUNDING`.
 */
export function withinBounds(
  op: string,
  name: string,
  value: number,
  { low, high, row }: { low: number; high: number; row: number },
): number {
  if (value >= low && value <= high) return value;
  if (value > low - ROUNDING && value < high + ROUNDING) return value < low ? low : high;
  throw new NumericsError(
    'invalid_data',
    `${op}: ${name} of row ${row} is ${value}, outside [${low}, ${high}]. The inputs do not belong together.`,
    { op, name, row, low, high, got: String(value) },
  );
}
