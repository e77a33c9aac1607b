import type { Origin } from '@dubio/contracts';
import { type LeaseRow, readHot } from '@dubio/labelling';
import type { Database } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';
import { ITEM_COLUMNS, type ItemRow } from '../items/item.mapper.js';
import type { FigureRow } from './leased-item.mapper.js';

export type QueueRow = ItemRow &
  FigureRow & {
    rank: number;
    origin: Origin;
    score: number | null;
    entryState: 'open' | 'leased' | 'done';
  };

export type LeasedRow = ItemRow & FigureRow;

const LEASED = {
  name: 'leased-items',
  text: `SELECT ${ITEM_COLUMNS}, q.total, q.aleatoric, q.epistemic, q.quantile, q.predicted, q.mean,
     q.votes
   FROM unnest($1::uuid[], $2::int[]) AS leased(item_id, generation)
   JOIN item i ON i.id = leased.item_id
   JOIN project p ON p.id = i.project_id
   LEFT JOIN label l ON l.item_id = i.id
   LEFT JOIN queue_entry q ON q.project_id = i.project_id AND q.generation = leased.generation
     AND q.item_id = leased.item_id`,
};

@Injectable()
export class QueueRepository {
  constructor(@Inject(DATABASE) readonly database: Database) {}

  /** Items of leases, with the figures of the generation that each lease was given out of. */
  async listLeased(leases: readonly LeaseRow[]): Promise<LeasedRow[]> {
    if (leases.length === 0) return [];
    const itemIds = leases.map((lease) => lease.itemId);
    const generations = leases.map((lease) => lease.generation);
    return readHot<LeasedRow>(this.database, LEASED, [itemIds, generations]);
  }

  async list(projectId: string, page: { afterRank: number; limit: number }): Promise<QueueRow[]> {
    const { rows } = await this.database.pool.query<QueueRow>(
      `SELECT ${ITEM_COLUMNS}, q.rank, q.origin, q.score, q.total, q.aleatoric, q.epistemic,
         q.quantile, q.predicted, q.mean, q.votes,
         CASE WHEN q.open_slots > 0 THEN 'open'
              WHEN EXISTS (SELECT 1 FROM lease x
                           WHERE x.item_id = q.item_id AND x.ended_at IS NULL) THEN 'leased'
              ELSE 'done' END AS "entryState"
       FROM project p
       JOIN queue_entry q ON q.project_id = p.id AND q.generation = p.generation
       JOIN item i ON i.id = q.item_id
       LEFT JOIN label l ON l.item_id = i.id
       WHERE p.id = $1 AND q.rank > $2 ORDER BY q.rank LIMIT $3`,
      [projectId, page.afterRank, page.limit + 1],
    );
    return rows;
  }
}
