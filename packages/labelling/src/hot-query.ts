import { type Database, LastStatement, type Transaction } from '@dubio/platform';

export type HotStatement = { name: string; text: string };

/**
 * Runs a statement that is sent for every item: named, so that each connection parses it once and
 * plans it a few times. Only for statements whose plan does not hang on the values, and only in
 * transactions that are `byIndex`. Rows are joined on columns of what was found before, not on the
 * parameters: a fresh queue is not in the statistics, and its project alone looks as good as a key.
 * @see docs/decisions/0083
 */
export async function runHot<Row extends object>(
  tx: Transaction,
  statement: HotStatement,
  values: readonly unknown[],
): Promise<Row[]> {
  const { rows } = await tx.query<Row>({ ...statement, values: [...values] });
  return rows;
}

/** Runs one such statement that only reads, in one trip to the database. */
export function readHot<Row extends object>(
  database: Database,
  statement: HotStatement,
  values: readonly unknown[],
): Promise<Row[]> {
  return database.transaction(async (tx) => new LastStatement(runHot<Row>(tx, statement, values)), {
    byIndex: true,
  });
}
