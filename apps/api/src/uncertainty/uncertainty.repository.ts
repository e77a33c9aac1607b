import {
  type Database,
  db,
  findRow,
  listRows,
  lit,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';

const r = table('round', 'r');
const p = table('project', 'p');
const READY_ROUND = row({
  id: r.id,
  number: r.number,
  readyAt: sql<Date>`${r.ready_at}`,
  samples: sql<number>`(${r.model_spec}->>'samples')::int`,
  labelSchema: p.label_schema,
});

export type ReadyRound = ShapeOf<typeof READY_ROUND>;

@Injectable()
export class UncertaintyRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  findReadyRound(projectId: string): Promise<ReadyRound | null> {
    return findRow(
      this.database.pool,
      query`SELECT ${READY_ROUND} FROM ${r} JOIN ${p} ON ${p.id} = ${r.project_id}
        WHERE ${r.project_id} = ${projectId} AND ${r.state} = ${lit(r.state, 'ready')}
        ORDER BY ${r.number} DESC LIMIT 1`,
    );
  }

  /** Item ids by ordinal. */
  async idsOf(projectId: string, ordinals: readonly number[]): Promise<Map<number, string>> {
    const items = await listRows(
      this.database.pool,
      db
        .selectFrom('item')
        .select(['id', 'ordinal'])
        .where('project_id', '=', projectId)
        .where('ordinal', '=', sql<number>`any(${ordinals}::int[])`),
    );
    return new Map(items.map((item) => [item.ordinal, item.id]));
  }
}
