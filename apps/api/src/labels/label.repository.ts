import type { Answer, Label, Origin } from '@dubio/contracts';
import type { Database } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';

export type LabelRow = {
  itemId: string;
  externalId: string;
  split: string;
  answer: Answer;
  confidence: number;
  annotations: number;
  origin: Origin | null;
  source: Label['source'];
  updatedAt: Date;
};

const SELECT = `SELECT l.item_id AS "itemId", i.external_id AS "externalId", i.split, l.answer,
    l.confidence, l.annotations, l.origin, l.source, l.updated_at AS "updatedAt"
  FROM label l JOIN item i ON i.id = l.item_id`;
const FETCH_ROWS = 5000;

@Injectable()
export class LabelRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async list(
    projectId: string,
    page: { before: readonly [string, string] | null; limit: number },
  ): Promise<LabelRow[]> {
    const { rows } = await this.database.pool.query<LabelRow>(
      `${SELECT} WHERE l.project_id = $1
         AND ($2::timestamptz IS NULL OR (l.updated_at, l.item_id) < ($2, $3::uuid))
       ORDER BY l.updated_at DESC, l.item_id DESC LIMIT $4`,
      [projectId, page.before?.[0] ?? null, page.before?.[1] ?? null, page.limit + 1],
    );
    return rows;
  }

  /** Names of the fields that answers have, in the order of the label schema. */
  async fieldNames(projectId: string): Promise<string[]> {
    const { rows } = await this.database.pool.query<{ name: string }>(
      `SELECT field->>'name' AS name
       FROM project p, jsonb_array_elements(p.label_schema->'fields') WITH ORDINALITY AS f(field, at)
       WHERE p.id = $1 ORDER BY at`,
      [projectId],
    );
    return rows.map((row) => row.name);
  }

  /** All labels in import order, as one snapshot, page after page through a cursor. */
  async *stream(projectId: string): AsyncGenerator<LabelRow[]> {
    const client = await this.database.pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await client.query(
        `DECLARE labels NO SCROLL CURSOR FOR ${SELECT}
         WHERE l.project_id = $1 ORDER BY i.ordinal`,
        [projectId],
      );
      for (;;) {
        const { rows } = await client.query<LabelRow>(`FETCH ${FETCH_ROWS} FROM labels`);
        if (rows.length > 0) yield rows;
        if (rows.length < FETCH_ROWS) return;
      }
    } finally {
      // Also when the reader went away in the middle: the snapshot ends with it.
      await client.query('ROLLBACK').catch(() => {});
      client.release();
    }
  }
}
