import { AppError } from '@dubio/contracts';
import { z } from 'zod';

/** A place in a list, opaque to clients: the sort values of the last row. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** @throws AppError request.invalid when it was not made by this list. */
export function decodeCursor<Values extends z.ZodType>(
  schema: Values,
  cursor: string | undefined,
): z.output<Values> | null {
  if (cursor === undefined) return null;
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return schema.parse(values);
  } catch {
    throw new AppError('request.invalid', 'The cursor is not one that this list gave.', {
      fields: [{ field: 'query.cursor', expected: 'nextCursor of the page before', got: cursor }],
    });
  }
}

/** Cuts the row that was read too many, and says where the next page begins. */
export function toPage<Row, Shown>(
  rows: readonly Row[],
  limit: number,
  shape: { show: (row: Row) => Shown; cursor: (row: Row) => readonly (string | number)[] },
): { items: Shown[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(shape.show),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(shape.cursor(last)) : null,
  };
}

/** Sort values of the usual list: newest first, then by id. */
export const TimeCursor = z.tuple([z.iso.datetime(), z.uuid()]);
