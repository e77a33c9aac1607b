import type { Item } from '@dubio/contracts';
import { isSkipped } from '@dubio/labelling';
import {
  type Database,
  findRow,
  listRows,
  lit,
  optionalColumns,
  optionalTable,
  type Queryable,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';
import { ITEM_COLUMNS, ITEM_JOINS, type ItemRow } from './item.mapper.js';

export type ItemFilter = {
  split: Item['split'] | null;
  state: Item['state'] | 'skipped' | null;
  externalId: string | null;
  afterOrdinal: number;
  limit: number;
};

const SHARD_ROWS = 4096;

const i = table('item', 'i');
const newest = table('feature_set');
const f = optionalColumns('feature_set', 'f');
const s = optionalTable('feature_shard', 's');
const ITEM = row(ITEM_COLUMNS);
const FEATURES = row({
  ordinal: i.ordinal,
  contentHash: i.content_hash,
  blobKey: i.blob_key,
  shardKey: s.blob_key,
  shape: f.shape,
  dtype: f.dtype,
  scale: f.scale,
  offset: f.offset,
});

/** Of `item i`. */
const isIn = (state: NonNullable<ItemFilter['state']>) =>
  state === 'skipped'
    ? sql`${i.state} = ${lit(i.state, 'pool')} AND ${isSkipped(i)}`
    : sql`${i.state} = ${lit(i.state, state)}`;

export type FeatureRef = ShapeOf<typeof FEATURES>;

@Injectable()
export class ItemRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async find(projectId: string, itemId: string): Promise<ItemRow | null> {
    return (await this.listByIds(projectId, [itemId]))[0] ?? null;
  }

  /** In the order of the ids; those that are not in the project are left out. */
  async listByIds(projectId: string, itemIds: readonly string[]): Promise<ItemRow[]> {
    if (itemIds.length === 0) return [];
    return listRows(
      this.database.pool,
      query`SELECT ${ITEM}
       FROM unnest(${itemIds}::uuid[]) WITH ORDINALITY AS wanted(id, place)
       JOIN ${i} ON ${i.id} = wanted.id ${ITEM_JOINS}
       WHERE ${i.project_id} = ${projectId} ORDER BY wanted.place`,
    );
  }

  list(projectId: string, filter: ItemFilter): Promise<ItemRow[]> {
    const { afterOrdinal, split, state, externalId } = filter;
    const wanted = [
      sql`${i.project_id} = ${projectId}`,
      sql`${i.ordinal} > ${afterOrdinal}`,
      ...(split === null ? [] : [sql`${i.split} = ${split}`]),
      ...(state === null ? [] : [isIn(state)]),
      ...(externalId === null ? [] : [sql`${i.external_id} = ${externalId}`]),
    ];
    return listRows(
      this.database.pool,
      query`SELECT ${ITEM} FROM ${i} ${ITEM_JOINS}
       WHERE ${sql.join(wanted, sql` AND `)} ORDER BY ${i.ordinal} LIMIT ${filter.limit + 1}`,
    );
  }

  /** Where the picture of an item lies: its own blob, or a row of the newest feature set. */
  findFeatures(projectId: string, itemId: string): Promise<FeatureRef | null> {
    return findRow(
      this.database.pool,
      query`SELECT ${FEATURES}
       FROM ${i}
       LEFT JOIN LATERAL (
         SELECT * FROM ${newest} WHERE ${newest.project_id} = ${i.project_id}
         ORDER BY ${newest.rows} DESC, ${newest.generation} DESC LIMIT 1) f ON true
       LEFT JOIN ${s} ON ${s.feature_set_id} = ${f.id}
         AND ${s.index} = ${i.ordinal} / ${sql.lit(SHARD_ROWS)}
       WHERE ${i.project_id} = ${projectId} AND ${i.id} = ${itemId}`,
    );
  }
}
