import { NumericsError } from '../errors.js';

export function nonFinitePrediction(row: number): NumericsError {
  return new NumericsError(
    'non_finite',
    `The prediction for row ${row} is not a finite number: the weights have diverged. Train the model anew with a lower learning rate.`,
    { row },
  );
}
