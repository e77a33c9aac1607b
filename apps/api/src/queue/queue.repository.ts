import { type LeaseRow, readHot } from '@dubio/labelling';
import {
  type Database,
  listRows,
  named,
  optionalTable,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';
import { ITEM_COLUMNS, ITEM_JOINS } from '../items/item.mapper.js';

const i = table('item', 'i');
const p = table('project', 'p');
const q = table('queue_entry', 'q');
const left = optionalTable('queue_entry', 'q');
const x = table('lease', 'x');
const l = optionalTable('label', 'l');

const LEASED = named<{ itemIds: readonly string[]; generations: readonly number[] }>()(
  'leased-items',
  ($) => query`SELECT ${row({
    ...ITEM_COLUMNS,
    total: left.total,
    aleatoric: left.aleatoric,
    epistemic: left.epistemic,
    quantile: left.quantile,
    predicted: left.predicted,
    mean: left.mean,
    votes: left.votes,
  })}
   FROM unnest(${$.itemIds}::uuid[], ${$.generations}::int[]) AS leased(item_id, generation)
   JOIN ${i} ON ${i.id} = leased.item_id ${ITEM_JOINS}
   LEFT JOIN ${left} ON ${left.project_id} = ${i.project_id}
     AND ${left.generation} = leased.generation AND ${left.item_id} = leased.item_id`,
);

const QUEUED = row({
  ...ITEM_COLUMNS,
  rank: q.rank,
  origin: q.origin,
  score: q.score,
  total: q.total,
  aleatoric: q.aleatoric,
  epistemic: q.epistemic,
  quantile: q.quantile,
  predicted: q.predicted,
  mean: q.mean,
  votes: q.votes,
  entryState: sql<'open' | 'leased' | 'done'>`CASE
    WHEN ${q.open_slots} > 0 THEN 'open'
    WHEN EXISTS (SELECT 1 FROM ${x}
                 WHERE ${x.item_id} = ${q.item_id} AND ${x.ended_at} IS NULL) THEN 'leased'
    ELSE 'done' END`,
});

export type LeasedRow = ShapeOf<typeof LEASED>;
export type QueueRow = ShapeOf<typeof QUEUED>;

@Injectable()
export class QueueRepository {
  constructor(@Inject(DATABASE) readonly database: Database) {}

  /** Items of leases, with the figures of the generation that each lease was given out of. */
  async listLeased(leases: readonly LeaseRow[]): Promise<LeasedRow[]> {
    if (leases.length === 0) return [];
    return readHot(this.database, LEASED, {
      itemIds: leases.map((lease) => lease.itemId),
      generations: leases.map((lease) => lease.generation),
    });
  }

  list(projectId: string, page: { afterRank: number; limit: number }): Promise<QueueRow[]> {
    return listRows(
      this.database.pool,
      query`SELECT ${QUEUED}
       FROM ${p}
       JOIN ${q} ON ${q.project_id} = ${p.id} AND ${q.generation} = ${p.generation}
       JOIN ${i} ON ${i.id} = ${q.item_id}
       LEFT JOIN ${l} ON ${l.item_id} = ${i.id}
       WHERE ${p.id} = ${projectId} AND ${q.rank} > ${page.afterRank}
       ORDER BY ${q.rank} LIMIT ${page.limit + 1}`,
    );
  }
}
