import type pg from 'pg';

/**
 * Runs a statement that is sent for every item: named, so that each connection parses it once and
 * plans it a few times. Only for statements whose plan does not hang on the values.
 */
export async function runHot<Row extends pg.QueryResultRow>(
  tx: pg.PoolClient,
  statement: { name: string; text: string },
  values: readonly unknown[],
): Promise<Row[]> {
  const { rows } = await tx.query<Row>({ ...statement, values: [...values] });
  return rows;
}
