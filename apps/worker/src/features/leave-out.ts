import { withdrawItem } from '@dubio/labelling';
import {
  execute,
  findRow,
  listRows,
  lit,
  publishEvent,
  type Queryable,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';

/** An item of which no features can be made; the reason ends a sentence that names it. */
export type BadItem = { readonly ordinal: number; readonly reason: string };

const i = table('item', 'i');
const m = table('import', 'm');
const set = table('import');
const problem = table('import_problem');

/**
 * Takes items out of their project and says why beside the last import. An item that is out already
 * is not told of again.
 */
export async function leaveOut(
  tx: Queryable,
  projectId: string,
  bad: readonly BadItem[],
): Promise<void> {
  if (bad.length === 0) return;
  const reasons = new Map(bad.map(({ ordinal, reason }) => [ordinal, reason]));
  const items = await listRows(
    tx,
    query`SELECT ${row({ id: i.id, ordinal: i.ordinal, name: i.external_id })} FROM ${i}
      WHERE ${i.project_id} = ${projectId} AND ${i.ordinal} = ANY(${[...reasons.keys()]}::int[])
        AND ${i.state} <> ${lit(i.state, 'withdrawn')} ORDER BY ${i.ordinal}`,
  );
  if (items.length === 0) return;
  for (const { id } of items) await withdrawItem(tx, { projectId, itemId: id });
  const newest = await findRow(
    tx,
    query`SELECT ${row({ id: m.id })} FROM ${m} WHERE ${m.project_id} = ${projectId}
      ORDER BY ${m.created_at} DESC LIMIT 1`,
  );
  if (newest !== null) {
    const told = items.map(
      ({ ordinal, name }) =>
        `Item "${name}" was taken out of the project: ${reasons.get(ordinal)}. Mend it and import it under another name.`,
    );
    await execute(
      tx,
      query`INSERT INTO ${problem} (${problem.project_id}, ${problem.import_id}, ${problem.line},
          ${problem.reason}, ${problem.sample})
        SELECT ${projectId}::uuid, ${newest.id}::uuid, line, reason, sample
        FROM unnest(${items.map(({ ordinal }) => ordinal + 1)}::int[], ${told}::text[],
          ${items.map(({ name }) => name)}::text[]) AS p(line, reason, sample)`,
    );
    await execute(
      tx,
      query`UPDATE ${set} SET ${set.rows_bad} = ${set.rows_bad} + ${sql.lit(items.length)}
        WHERE ${set.id} = ${newest.id}`,
    );
  }
  await publishEvent(tx, projectId, { type: 'project.changed' });
}
