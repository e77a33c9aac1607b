import { sql } from '@dubio/platform';

type Reference<Value> = ReturnType<typeof sql.ref<Value>>;

/**
 * Pages go on behind the last row that was sent: its time, then its id. Null begins at the newest.
 */
export const isBefore = (
  at: Reference<Date>,
  id: Reference<string>,
  place: readonly [string, string] | null,
) =>
  place === null
    ? sql<boolean>`true`
    : sql<boolean>`(${at}, ${id}) < (${place[0]}::timestamptz, ${place[1]}::uuid)`;
