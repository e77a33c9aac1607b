import type { Database } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';

export type ReadyRound = {
  id: string;
  number: number;
  readyAt: Date;
  samples: number;
  labelSchema: unknown;
};

@Injectable()
export class UncertaintyRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async findReadyRound(projectId: string): Promise<ReadyRound | null> {
    const { rows } = await this.database.pool.query<ReadyRound>(
      `SELECT r.id, r.number, r.ready_at AS "readyAt", (r.model_spec->>'samples')::int AS samples,
         p.label_schema AS "labelSchema"
       FROM round r JOIN project p ON p.id = r.project_id
       WHERE r.project_id = $1 AND r.state = 'ready' ORDER BY r.number DESC LIMIT 1`,
      [projectId],
    );
    return rows[0] ?? null;
  }

  /** Item ids by ordinal. */
  async idsOf(projectId: string, ordinals: readonly number[]): Promise<Map<number, string>> {
    const { rows } = await this.database.pool.query<{ id: string; ordinal: number }>(
      'SELECT id, ordinal FROM item WHERE project_id = $1 AND ordinal = ANY($2::int[])',
      [projectId, ordinals],
    );
    return new Map(rows.map((row) => [row.ordinal, row.id]));
  }
}
