import type pg from 'pg';

/** The pool, or a client of it inside a transaction. */
export type HotConnection = pg.Pool | pg.PoolClient;

/**
 * Runs a statement that is sent for every item: named, so that each connection parses it once and
 * plans it a few times. Only for statements whose plan does not hang on the values.
 */
export async function runHot<Row extends pg.QueryResultRow>(
  connection: HotConnection,
  statement: { name: string; text: string },
  values: readonly unknown[],
): Promise<Row[]> {
  const { rows } = await connection.query<Row>({ ...statement, values: [...values] });
  return rows;
}
