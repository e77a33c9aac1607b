import {
  type Database,
  LastStatement,
  type NamedStatement,
  sendNamed,
  type Transaction,
} from '@dubio/platform';

/**
 * Runs a statement that is sent for every item: named, so that each connection parses it once and
 * plans it a few times. Only for statements whose plan does not hang on the values, and only in
 * transactions that are `byIndex`. Rows are joined on columns of what was found before, not on the
 * parameters: a fresh queue is not in the statistics, and its project alone looks as good as a key.
 * @see docs/decisions/0083
 */
export function runHot<Values extends object, Shape extends object>(
  tx: Transaction,
  statement: NamedStatement<Values, Shape>,
  values: Values,
): Promise<Shape[]> {
  return sendNamed(tx, statement, values);
}

/** Runs one such statement that only reads, in one trip to the database. */
export function readHot<Values extends object, Shape extends object>(
  database: Database,
  statement: NamedStatement<Values, Shape>,
  values: Values,
): Promise<Shape[]> {
  return database.transaction(async (tx) => new LastStatement(runHot(tx, statement, values)), {
    byIndex: true,
  });
}
