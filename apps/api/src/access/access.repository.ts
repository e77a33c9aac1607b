import { Permission, type Role } from '@dubio/contracts';
import type { Database } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Actor, Place } from '../frame/call.js';
import { DATABASE } from '../frame/tokens.js';

const SEEN_EVERY = `interval '1 minute'`;

/** The workspace or project that a path names; ids that are none are left out. */
export type Named = { workspaceId: string | null; projectId: string | null };

export type Access = { actor: Actor; place: Place | null };

type AccessRow = {
  id: string;
  userId: string;
  name: string;
  stale: boolean;
  workspaceId: string | null;
  projectId: string | null;
  role: Role | null;
  tokenWorkspaceId: string | null;
  scopes: string[] | null;
};

/** Membership in the named place, beside whoever calls: one query a request decides. */
const PLACE = `LEFT JOIN project p ON p.id = $2
  LEFT JOIN membership m ON m.user_id = u.id AND m.workspace_id = coalesce(p.workspace_id, $3)`;
const PLACE_COLUMNS = `m.workspace_id AS "workspaceId", p.id AS "projectId", m.role`;

const BY_SESSION = {
  name: 'access-by-session',
  text: `SELECT s.id, u.id AS "userId", u.name, s.last_seen_at < now() - ${SEEN_EVERY} AS stale,
      ${PLACE_COLUMNS}, NULL AS "tokenWorkspaceId", NULL AS scopes
    FROM session s JOIN "user" u ON u.id = s.user_id ${PLACE}
    WHERE s.token_hash = $1 AND s.expires_at > now() AND u.disabled_at IS NULL`,
  seen: 'UPDATE session SET last_seen_at = now() WHERE id = $1',
};

const BY_TOKEN = {
  name: 'access-by-token',
  text: `SELECT t.id, u.id AS "userId", u.name,
      t.last_used_at IS NULL OR t.last_used_at < now() - ${SEEN_EVERY} AS stale,
      ${PLACE_COLUMNS}, t.workspace_id AS "tokenWorkspaceId", t.scopes
    FROM api_token t JOIN "user" u ON u.id = t.user_id ${PLACE}
    WHERE t.token_hash = $1 AND t.expires_at > now() AND t.revoked_at IS NULL
      AND u.disabled_at IS NULL`,
  seen: 'UPDATE api_token SET last_used_at = now() WHERE id = $1',
};

function toAccess(row: AccessRow): Access {
  const scopes = row.scopes?.flatMap((scope) => Permission.safeParse(scope).data ?? []);
  const actor: Actor = {
    userId: row.userId,
    name: row.name,
    session: scopes === undefined ? { id: row.id } : null,
    token:
      scopes === undefined
        ? null
        : { id: row.id, workspaceId: row.tokenWorkspaceId ?? '', scopes: new Set(scopes) },
  };
  if (row.workspaceId === null || row.role === null) return { actor, place: null };
  const { workspaceId, projectId, role } = row;
  return { actor, place: { workspaceId, projectId, role } };
}

/** Reads who calls and what they are there; asked on every request, never kept. */
@Injectable()
export class AccessRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  findBySession(tokenHash: Buffer, named: Named): Promise<Access | null> {
    return this.find(BY_SESSION, tokenHash, named);
  }

  findByToken(tokenHash: Buffer, named: Named): Promise<Access | null> {
    return this.find(BY_TOKEN, tokenHash, named);
  }

  private async find(
    { name, text, seen }: typeof BY_SESSION,
    tokenHash: Buffer,
    named: Named,
  ): Promise<Access | null> {
    const values = [tokenHash, named.projectId, named.workspaceId];
    const { rows } = await this.database.pool.query<AccessRow>({ name, text, values });
    const row = rows[0];
    if (row === undefined) return null;
    if (row.stale) await this.database.pool.query(seen, [row.id]);
    return toAccess(row);
  }
}
