import { Permission, type Role } from '@dubio/contracts';
import type { Database } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Actor, Place } from '../frame/call.js';
import { DATABASE } from '../frame/tokens.js';

const SEEN_EVERY = `interval '1 minute'`;

/** Reads who calls and what they are a member of; asked on every request. */
@Injectable()
export class AccessRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async findBySession(tokenHash: Buffer): Promise<Actor | null> {
    const { rows } = await this.database.pool.query<{
      id: string;
      userId: string;
      name: string;
      stale: boolean;
    }>(
      `SELECT s.id, u.id AS "userId", u.name, s.last_seen_at < now() - ${SEEN_EVERY} AS stale
       FROM session s JOIN "user" u ON u.id = s.user_id
       WHERE s.token_hash = $1 AND s.expires_at > now() AND u.disabled_at IS NULL`,
      [tokenHash],
    );
    const row = rows[0];
    if (row === undefined) return null;
    if (row.stale) {
      await this.database.pool.query('UPDATE session SET last_seen_at = now() WHERE id = $1', [
        row.id,
      ]);
    }
    return { userId: row.userId, name: row.name, session: { id: row.id }, token: null };
  }

  async findByToken(tokenHash: Buffer): Promise<Actor | null> {
    const { rows } = await this.database.pool.query<{
      id: string;
      userId: string;
      name: string;
      workspaceId: string;
      scopes: string[];
      stale: boolean;
    }>(
      `SELECT t.id, t.user_id AS "userId", u.name, t.workspace_id AS "workspaceId", t.scopes,
         t.last_used_at IS NULL OR t.last_used_at < now() - ${SEEN_EVERY} AS stale
       FROM api_token t JOIN "user" u ON u.id = t.user_id
       WHERE t.token_hash = $1 AND t.expires_at > now() AND t.revoked_at IS NULL
         AND u.disabled_at IS NULL`,
      [tokenHash],
    );
    const row = rows[0];
    if (row === undefined) return null;
    if (row.stale) {
      await this.database.pool.query('UPDATE api_token SET last_used_at = now() WHERE id = $1', [
        row.id,
      ]);
    }
    const scopes = row.scopes.flatMap((scope) => Permission.safeParse(scope).data ?? []);
    return {
      userId: row.userId,
      name: row.name,
      session: null,
      token: { id: row.id, workspaceId: row.workspaceId, scopes: new Set(scopes) },
    };
  }

  async findWorkspacePlace(workspaceId: string, userId: string): Promise<Place | null> {
    const { rows } = await this.database.pool.query<{ role: Role }>(
      'SELECT role FROM membership WHERE workspace_id = $1 AND user_id = $2',
      [workspaceId, userId],
    );
    const row = rows[0];
    return row ? { workspaceId, projectId: null, role: row.role } : null;
  }

  async findProjectPlace(projectId: string, userId: string): Promise<Place | null> {
    const { rows } = await this.database.pool.query<{ workspaceId: string; role: Role }>(
      `SELECT p.workspace_id AS "workspaceId", m.role
       FROM project p JOIN membership m ON m.workspace_id = p.workspace_id
       WHERE p.id = $1 AND m.user_id = $2`,
      [projectId, userId],
    );
    const row = rows[0];
    return row ? { workspaceId: row.workspaceId, projectId, role: row.role } : null;
  }
}
