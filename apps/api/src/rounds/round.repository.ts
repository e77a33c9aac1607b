import {
  type Database,
  findRow,
  listRows,
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

const r = table('round', 'r');
const u = optionalTable('user', 'u');
const m = optionalTable('model', 'm');

const ROUND = row({
  id: r.id,
  number: r.number,
  state: r.state,
  trigger: r.trigger,
  triggeredBy: u.name,
  seed: r.seed,
  modelId: m.id,
  acquisition: r.acquisition,
  modelSpec: r.model_spec,
  progress: r.progress,
  metrics: r.metrics,
  failureCode: r.failure_code,
  failureMessage: r.failure_message,
  failureStage: r.failure_stage,
  createdAt: r.created_at,
  startedAt: r.started_at,
  readyAt: r.ready_at,
  finishedAt: r.finished_at,
});
const ROUNDS = sql`${r} LEFT JOIN ${u} ON ${u.id} = ${r.triggered_by_id}
  LEFT JOIN ${m} ON ${m.round_id} = ${r.id}`;

export type RoundRow = ShapeOf<typeof ROUND>;

@Injectable()
export class RoundRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Newest first. */
  list(projectId: string, page: { before: number | null; limit: number }): Promise<RoundRow[]> {
    const earlier = page.before === null ? sql`true` : sql`${r.number} < ${page.before}`;
    return listRows(
      this.database.pool,
      query`SELECT ${ROUND} FROM ${ROUNDS} WHERE ${r.project_id} = ${projectId} AND ${earlier}
        ORDER BY ${r.number} DESC LIMIT ${page.limit + 1}`,
    );
  }

  find(projectId: string, number: number): Promise<RoundRow | null> {
    return findRow(
      this.database.pool,
      query`SELECT ${ROUND} FROM ${ROUNDS}
        WHERE ${r.project_id} = ${projectId} AND ${r.number} = ${number}`,
    );
  }
}
