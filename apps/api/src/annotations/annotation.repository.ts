import type { Database } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';
import type { NamedAnnotationRow } from './annotation.mapper.js';

export type AnnotationFilter = {
  itemId: string | null;
  userId: string | null;
  /** Only answers that count still, for the list of one's own. */
  standing: boolean;
  before: readonly [string, string] | null;
  limit: number;
};

@Injectable()
export class AnnotationRepository {
  constructor(@Inject(DATABASE) readonly database: Database) {}

  /** Newest first. */
  async list(projectId: string, filter: AnnotationFilter): Promise<NamedAnnotationRow[]> {
    const { rows } = await this.database.pool.query<NamedAnnotationRow>(
      `SELECT a.id, a.project_id AS "projectId", a.item_id AS "itemId", a.user_id AS "userId",
         u.name AS "userName", a.kind, a.answer, a.reason, a.note, a.origin, a.generation, a.extra,
         a.duration_ms AS "durationMs", a.key, a.supersedes_id AS "supersedesId",
         a.created_at AS "createdAt"
       FROM annotation a JOIN "user" u ON u.id = a.user_id
       WHERE a.project_id = $1
         AND ($2::uuid IS NULL OR a.item_id = $2) AND ($3::uuid IS NULL OR a.user_id = $3)
         AND ($4::timestamptz IS NULL OR (a.created_at, a.id) < ($4, $5::uuid))
         AND (NOT $6::bool OR (a.kind <> 'retraction' AND NOT EXISTS (
           SELECT 1 FROM annotation s WHERE s.supersedes_id = a.id)))
       ORDER BY a.created_at DESC, a.id DESC LIMIT $7`,
      [
        projectId,
        filter.itemId,
        filter.userId,
        filter.before?.[0] ?? null,
        filter.before?.[1] ?? null,
        filter.standing,
        filter.limit + 1,
      ],
    );
    return rows;
  }
}
