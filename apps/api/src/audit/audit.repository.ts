import {
  type Database,
  db,
  execute,
  listRows,
  type Queryable,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Actor, Place } from '../frame/call.js';
import { DATABASE } from '../frame/tokens.js';

export type AuditEntry = {
  /** noun.verb, like the permission that allowed it. */
  action: string;
  subject?: string;
  details?: Record<string, unknown>;
};

const e = table('audit_event', 'e');
const AUDIT_EVENT = row({
  id: e.id,
  at: e.created_at,
  actor: e.actor,
  action: e.action,
  subject: e.subject,
  details: e.details,
});

export type AuditRow = ShapeOf<typeof AUDIT_EVENT>;

@Injectable()
export class AuditRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Notes a privileged act in the transaction that does it: one is not without the other. */
  async add(tx: Queryable, actor: Actor, place: Place, entry: AuditEntry): Promise<void> {
    const via = actor.token === null ? {} : { tokenId: actor.token.id };
    await execute(
      tx,
      db.insertInto('audit_event').values({
        workspace_id: place.workspaceId,
        project_id: place.projectId,
        actor_id: actor.userId,
        actor: actor.name,
        action: entry.action,
        subject: entry.subject ?? null,
        details: JSON.stringify({ ...entry.details, ...via }),
      }),
    );
  }

  /** Newest first. */
  list(
    workspaceId: string,
    page: { before: string | null; limit: number; projectId: string | null },
  ): Promise<AuditRow[]> {
    const { before, projectId } = page;
    const wanted = [
      sql`${e.workspace_id} = ${workspaceId}`,
      ...(before === null ? [] : [sql`${e.id} < ${before}`]),
      ...(projectId === null ? [] : [sql`${e.project_id} = ${projectId}`]),
    ];
    return listRows(
      this.database.pool,
      query`SELECT ${AUDIT_EVENT} FROM ${e} WHERE ${sql.join(wanted, sql` AND `)}
        ORDER BY ${e.id} DESC LIMIT ${page.limit + 1}`,
    );
  }
}
