import {
  columnsOf,
  type Database,
  db,
  execute,
  into,
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

/** Something that counts up in one row, however often it happens. */
export type Counted = {
  action: string;
  account: { userId: string } | null;
  workspaceId: string | null;
  details: Record<string, unknown>;
  countedAs: string;
};

const e = table('audit_event', 'e');
const m = table('membership', 'm');
const w = table('workspace', 'w');
const event = table('audit_event');
const stored = columnsOf('audit_event', 'audit_event');
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

  /** Notes what somebody did to their own account, in each workspace they are a member of. */
  async addOwn(
    tx: Queryable,
    who: { userId: string; name: string },
    entry: AuditEntry,
  ): Promise<void> {
    await execute(
      tx,
      query`INSERT INTO ${into('audit_event', 'workspace_id', 'actor_id', 'actor', 'action', 'subject', 'details')}
        SELECT ${m.workspace_id}, ${who.userId}::uuid, ${who.name}::text, ${entry.action}::text,
          ${entry.subject ?? null}::text, ${JSON.stringify(entry.details ?? {})}::jsonb
        FROM ${m} WHERE ${m.user_id} = ${who.userId} ORDER BY ${m.workspace_id}`,
    );
  }

  /**
   * Counts something about an account in its workspaces; about nobody known in the oldest, which
   * is of those who run the installation.
   */
  async count(to: Queryable, { action, account, workspaceId, ...row }: Counted): Promise<void> {
    const userId = account?.userId ?? null;
    const place = query`SELECT ${w.id} FROM ${w} WHERE CASE
        WHEN ${workspaceId}::uuid IS NOT NULL THEN ${w.id} = ${workspaceId}::uuid
        WHEN EXISTS (SELECT 1 FROM ${m} WHERE ${m.user_id} = ${userId}::uuid)
          THEN EXISTS (SELECT 1 FROM ${m} WHERE ${m.user_id} = ${userId}::uuid
            AND ${m.workspace_id} = ${w.id})
        ELSE ${w.id} = (SELECT ${w.id} FROM ${w} ORDER BY ${w.created_at}, ${w.id} LIMIT 1) END`;
    const details = JSON.stringify({ ...row.details, count: 1 });
    await execute(
      to,
      query`INSERT INTO ${into('audit_event', 'workspace_id', 'actor', 'action', 'subject', 'details', 'counted_as')}
        SELECT place.id, 'not signed in', ${action}::text, ${userId}::text, ${details}::jsonb,
          ${row.countedAs}::text
        FROM (${place}) AS place ORDER BY place.id
        ON CONFLICT (${event.workspace_id}, ${event.counted_as}) DO UPDATE
        SET ${event.details} = ${stored.details} || jsonb_build_object(
          'count', (${stored.details} ->> 'count')::int + 1,
          'lastAt', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))`,
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
