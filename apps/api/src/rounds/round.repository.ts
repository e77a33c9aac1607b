import type { Database, Queryable } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';
import type { RoundRow } from './round.mapper.js';

const SELECT = `SELECT r.id, r.number, r.state, r.trigger, u.name AS "triggeredBy", r.seed,
    m.id AS "modelId", r.acquisition, r.model_spec AS "modelSpec", r.progress, r.metrics,
    r.failure_code AS "failureCode", r.failure_message AS "failureMessage",
    r.failure_stage AS "failureStage", r.created_at AS "createdAt", r.started_at AS "startedAt",
    r.ready_at AS "readyAt", r.finished_at AS "finishedAt"
  FROM round r LEFT JOIN "user" u ON u.id = r.triggered_by_id
  LEFT JOIN model m ON m.round_id = r.id`;

@Injectable()
export class RoundRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Newest first. */
  async list(
    projectId: string,
    page: { before: number | null; limit: number },
  ): Promise<RoundRow[]> {
    const { rows } = await this.database.pool.query<RoundRow>(
      `${SELECT} WHERE r.project_id = $1 AND ($2::int IS NULL OR r.number < $2)
       ORDER BY r.number DESC LIMIT $3`,
      [projectId, page.before, page.limit + 1],
    );
    return rows;
  }

  async find(projectId: string, number: number): Promise<RoundRow | null> {
    const { rows } = await this.database.pool.query<RoundRow>(
      `${SELECT} WHERE r.project_id = $1 AND r.number = $2`,
      [projectId, number],
    );
    return rows[0] ?? null;
  }
}
