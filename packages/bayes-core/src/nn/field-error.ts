import { NumericsError } from '../errors.js';

/** The refusal of one field of a model spec. */
export function fieldError(field: string, expected: string, got: unknown): NumericsError {
  const came = typeof got === 'string' ? `'${got}'` : JSON.stringify(got);
  return new NumericsError(
    'invalid_spec',
    `Model spec, field '${field}': expected ${expected}, got ${came}.`,
    { field, expected, got },
  );
}
