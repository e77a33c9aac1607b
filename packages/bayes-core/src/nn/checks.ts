import { fieldError } from './field-error.js';

export function checkedRate(field: string, rate: number): number {
  if (!(rate > 0 && rate < 1)) throw fieldError(field, 'a dropout rate above 0 and below 1', rate);
  return rate;
}

export function whole(field: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least)
    throw fieldError(field, `a whole number of at least ${least}`, value);
  return value;
}

export function positive(field: string, value: number): number {
  if (!(value > 0 && Number.isFinite(value))) throw fieldError(field, 'a positive number', value);
  return value;
}

export function inRange(field: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most))
    throw fieldError(field, `a number from ${least} to ${most}`, value);
  return value;
}

export function oneOf<T extends string>(field: string, value: T, allowed: readonly string[]): T {
  if (!allowed.includes(value))
    throw fieldError(field, `one of ${allowed.map((name) => `'${name}'`).join(', ')}`, value);
  return value;
}
