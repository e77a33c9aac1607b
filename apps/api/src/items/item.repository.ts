import type { Item } from '@dubio/contracts';
import type { Database, Queryable } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';
import { ITEM_COLUMNS, ITEM_TABLES, type ItemRow } from './item.mapper.js';

export type ItemFilter = {
  split: Item['split'] | null;
  state: Item['state'] | null;
  externalId: string | null;
  afterOrdinal: number;
  limit: number;
};

export type FeatureRef = {
  ordinal: number;
  contentHash: Buffer;
  blobKey: string | null;
  shardKey: string | null;
  shape: unknown;
  dtype: string | null;
  scale: number | null;
  offset: number | null;
};

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
    const { rows } = await this.database.pool.query<ItemRow>(
      `SELECT ${ITEM_COLUMNS}
       FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted(id, place)
       JOIN item i ON i.id = wanted.id
       JOIN project p ON p.id = i.project_id
       LEFT JOIN label l ON l.item_id = i.id
       WHERE i.project_id = $1 ORDER BY wanted.place`,
      [projectId, itemIds],
    );
    return rows;
  }

  async list(projectId: string, filter: ItemFilter): Promise<ItemRow[]> {
    const { rows } = await this.database.pool.query<ItemRow>(
      `SELECT ${ITEM_COLUMNS} FROM ${ITEM_TABLES}
       WHERE i.project_id = $1 AND i.ordinal > $2
         AND ($3::"Split" IS NULL OR i.split = $3)
         AND ($4::"ItemState" IS NULL OR i.state = $4)
         AND ($5::text IS NULL OR i.external_id = $5)
       ORDER BY i.ordinal LIMIT $6`,
      [
        projectId,
        filter.afterOrdinal,
        filter.split,
        filter.state,
        filter.externalId,
        filter.limit + 1,
      ],
    );
    return rows;
  }

  /** Where the picture of an item lies: its own blob, or a row of the newest feature set. */
  async findFeatures(projectId: string, itemId: string): Promise<FeatureRef | null> {
    const { rows } = await this.database.pool.query<FeatureRef>(
      `SELECT i.ordinal, i.content_hash AS "contentHash", i.blob_key AS "blobKey",
         s.blob_key AS "shardKey", f.shape, f.dtype, f.scale, f."offset"
       FROM item i
       LEFT JOIN LATERAL (
         SELECT * FROM feature_set WHERE project_id = i.project_id
         ORDER BY rows DESC, generation DESC LIMIT 1) f ON true
       LEFT JOIN feature_shard s ON s.feature_set_id = f.id AND s.index = i.ordinal / 4096
       WHERE i.project_id = $1 AND i.id = $2`,
      [projectId, itemId],
    );
    return rows[0] ?? null;
  }
}
