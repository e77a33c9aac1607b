import { AppError, readFields, sayProblem } from '@dubio/contracts';
import type { z } from 'zod';

/** @throws AppError request.invalid, naming each field, what was expected and what came. */
export function parseRequest(
  where: 'params' | 'query' | 'body',
  schema: z.ZodType,
  input: unknown,
) {
  const read = readFields(where, schema, input);
  if (read.ok) return read.data;
  const first = read.problems[0];
  const detail = first ? `${sayProblem(first)}.` : 'The request does not fit.';
  throw new AppError('request.invalid', detail, { fields: read.problems });
}
