import { RoundMetrics } from '@dubio/contracts';
import { db, getRow, listRows, type Queryable, query, row, sql, table } from '@dubio/platform';
import type { RoundRow } from './round.repository.js';

const r = table('round', 'r');
const i = table('item', 'i');

const SCORED = row({
  metrics: r.metrics,
  seconds: sql<number | null>`extract(epoch FROM ${r.selecting_at} - ${r.scoring_at})::float8`,
});

/** Where the scores of each shard lie. */
export async function listScored(
  tx: Queryable,
  roundId: string,
): Promise<{ index: number; key: string }[]> {
  const rows = await listRows(
    tx,
    db
      .selectFrom('shard_score')
      .select(['index', 'blob_key as key'])
      .where('round_id', '=', roundId)
      .where('state', '=', 'done')
      .orderBy('index'),
  );
  return rows.flatMap(({ index, key }) => (key === null ? [] : [{ index, key }]));
}

/** Pool items that have left the pool, whenever they did. */
export async function goneOrdinals(tx: Queryable, projectId: string): Promise<Int32Array> {
  const rows = await listRows(
    tx,
    db
      .selectFrom('item')
      .select('ordinal')
      .where('project_id', '=', projectId)
      .where('split', '=', 'pool')
      .where('state', '<>', 'pool')
      .orderBy('ordinal'),
  );
  return Int32Array.from(rows, ({ ordinal }) => ordinal);
}

/** Ids of items by their ordinals. */
export async function itemIds(
  tx: Queryable,
  projectId: string,
  ordinals: Int32Array,
): Promise<Map<number, string>> {
  const rows = await listRows(
    tx,
    query`SELECT ${row({ id: i.id, ordinal: i.ordinal })} FROM ${i}
      WHERE ${i.project_id} = ${projectId} AND ${i.ordinal} = ANY(${Array.from(ordinals)}::int[])`,
  );
  return new Map(rows.map(({ id, ordinal }) => [ordinal, id]));
}

/** Metrics of a scored round, and how long scoring took; the row stays locked. */
export async function lockScored(
  tx: Queryable,
  roundId: string,
): Promise<{ metrics: RoundMetrics; seconds: number | null }> {
  const { metrics, seconds } = await getRow(
    tx,
    query`SELECT ${SCORED} FROM ${r} WHERE ${r.id} = ${roundId} FOR NO KEY UPDATE`,
  );
  return { metrics: RoundMetrics.parse(metrics), seconds };
}

/** Metrics of the rounds before that became ready, oldest first. */
export async function metricsBefore(
  tx: Queryable,
  { projectId, number }: RoundRow,
): Promise<RoundMetrics[]> {
  const newestFirst = await listRows(
    tx,
    db
      .selectFrom('round')
      .select('metrics')
      .where('project_id', '=', projectId)
      .where('number', '<', number)
      .where('state', 'in', ['ready', 'superseded'])
      .where('metrics', 'is not', null)
      .orderBy('number', 'desc')
      .limit(20),
  );
  return newestFirst.reverse().map(({ metrics }) => RoundMetrics.parse(metrics));
}

/** Takes the rounds before out of use; answers which. */
export function supersedeOlder(
  tx: Queryable,
  { id, projectId }: RoundRow,
): Promise<{ id: string; number: number }[]> {
  return listRows(
    tx,
    db
      .updateTable('round')
      .set({ state: 'superseded' })
      .where('project_id', '=', projectId)
      .where('id', '<>', id)
      .where('state', '=', 'ready')
      .returning(['id', 'number']),
  );
}
