import type { Role, Workspace } from '@dubio/contracts';
import { type Database, newId, type Queryable } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { SESSION_DAYS } from '../access/session-cookie.js';
import { DATABASE } from '../frame/tokens.js';

export type InvitationRow = {
  id: string;
  workspaceId: string;
  workspaceName: string;
  email: string | null;
  role: Role;
};

export type UserRow = { id: string; name: string; email: string | null };

@Injectable()
export class AuthRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async isLinkOpen(tokenHash: Buffer): Promise<boolean> {
    const { rowCount } = await this.database.pool.query(
      `SELECT 1 FROM sign_in_link l JOIN "user" u ON u.id = l.user_id
       WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > now()
         AND u.disabled_at IS NULL`,
      [tokenHash],
    );
    return rowCount === 1;
  }

  /** Uses a link up: of two that try at once, one gets the user. */
  async takeLink(tx: Queryable, tokenHash: Buffer): Promise<string | null> {
    const { rows } = await tx.query<{ userId: string }>(
      `UPDATE sign_in_link l SET used_at = now() FROM "user" u
       WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > now()
         AND u.id = l.user_id AND u.disabled_at IS NULL
       RETURNING l.user_id AS "userId"`,
      [tokenHash],
    );
    return rows[0]?.userId ?? null;
  }

  async findInvitation(
    queryable: Queryable | null,
    tokenHash: Buffer,
  ): Promise<InvitationRow | null> {
    const { rows } = await (queryable ?? this.database.pool).query<InvitationRow>(
      `SELECT i.id, i.workspace_id AS "workspaceId", w.name AS "workspaceName", i.email, i.role
       FROM invitation i JOIN workspace w ON w.id = i.workspace_id
       WHERE i.token_hash = $1 AND i.accepted_at IS NULL AND i.expires_at > now()
       ${queryable ? 'FOR UPDATE OF i' : ''}`,
      [tokenHash],
    );
    return rows[0] ?? null;
  }

  async acceptInvitation(tx: Queryable, invitation: InvitationRow, userId: string): Promise<void> {
    await tx.query('UPDATE invitation SET accepted_at = now() WHERE id = $1', [invitation.id]);
    // A member stays what they are: a link cannot raise or lower somebody who is in already.
    await tx.query(
      `INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, $3::"Role")
       ON CONFLICT (workspace_id, user_id) DO NOTHING`,
      [invitation.workspaceId, userId, invitation.role],
    );
  }

  async hasAccount(queryable: Queryable, email: string): Promise<boolean> {
    const { rowCount } = await queryable.query(
      'SELECT 1 FROM "user" WHERE lower(email) = lower($1)',
      [email],
    );
    return rowCount !== 0;
  }

  async createUser(tx: Queryable, user: { name: string; email: string | null }): Promise<string> {
    const id = newId();
    await tx.query('INSERT INTO "user" (id, name, email) VALUES ($1, $2, $3)', [
      id,
      user.name,
      user.email,
    ]);
    return id;
  }

  async createSession(tx: Queryable, userId: string, tokenHash: Buffer): Promise<void> {
    await tx.query(
      `INSERT INTO session (id, user_id, token_hash, expires_at)
       VALUES ($1, $2, $3, now() + make_interval(days => $4))`,
      [newId(), userId, tokenHash, SESSION_DAYS],
    );
  }

  async deleteSession(id: string): Promise<void> {
    await this.database.pool.query('DELETE FROM session WHERE id = $1', [id]);
  }

  async getUser(id: string): Promise<UserRow> {
    const { rows } = await this.database.pool.query<UserRow>(
      'SELECT id, name, email FROM "user" WHERE id = $1',
      [id],
    );
    const user = rows[0];
    if (user === undefined) throw new Error(`user ${id} vanished`);
    return user;
  }

  async listWorkspaces(userId: string, only: string | null): Promise<Workspace[]> {
    const { rows } = await this.database.pool.query<Workspace>(
      `SELECT w.id, w.name, m.role FROM membership m JOIN workspace w ON w.id = m.workspace_id
       WHERE m.user_id = $1 AND ($2::uuid IS NULL OR w.id = $2) ORDER BY w.created_at, w.id`,
      [userId, only],
    );
    return rows;
  }
}
