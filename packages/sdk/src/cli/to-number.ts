import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError when an argument is not a number */
export function toNumber(value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && Number.isFinite(number)) return number;
  throw new InvalidArgumentError(`Expected a number, got ${value}.`);
}
