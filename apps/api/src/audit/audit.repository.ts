import type { Database, Queryable } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Actor, Place } from '../frame/call.js';
import { DATABASE } from '../frame/tokens.js';

export type AuditEntry = {
  /** noun.verb, like the permission that allowed it. */
  action: string;
  subject?: string;
  details?: Record<string, unknown>;
};

export type AuditRow = {
  id: string;
  at: Date;
  actor: string;
  action: string;
  subject: string | null;
  details: Record<string, unknown>;
};

@Injectable()
export class AuditRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Notes a privileged act in the transaction that does it: one is not without the other. */
  async add(tx: Queryable, actor: Actor, place: Place, entry: AuditEntry): Promise<void> {
    const via = actor.token === null ? {} : { tokenId: actor.token.id };
    await tx.query(
      `INSERT INTO audit_event (workspace_id, project_id, actor_id, actor, action, subject, details)
       VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb)`,
      [
        place.workspaceId,
        place.projectId,
        actor.userId,
        actor.name,
        entry.action,
        entry.subject ?? null,
        JSON.stringify({ ...entry.details, ...via }),
      ],
    );
  }

  /** Newest first; without the qualifier, `id` would mean the text, and texts sort 9 before 10. */
  async list(
    workspaceId: string,
    page: { before: string | null; limit: number; projectId: string | null },
  ): Promise<AuditRow[]> {
    const { rows } = await this.database.pool.query<AuditRow>(
      `SELECT e.id::text, e.created_at AS at, e.actor, e.action, e.subject, e.details
       FROM audit_event e
       WHERE workspace_id = $1 AND ($2::bigint IS NULL OR e.id < $2)
         AND ($3::uuid IS NULL OR project_id = $3)
       ORDER BY e.id DESC LIMIT $4`,
      [workspaceId, page.before, page.projectId, page.limit + 1],
    );
    return rows;
  }
}
