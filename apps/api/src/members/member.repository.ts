import type { Role } from '@dubio/contracts';
import { type Database, newId, type Queryable } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';

export type MemberRow = {
  userId: string;
  name: string;
  email: string | null;
  role: Role;
  joinedAt: Date;
  lastSeenAt: Date | null;
  annotations: number;
};

export type InvitationRow = {
  id: string;
  email: string | null;
  role: Role;
  createdAt: Date;
  expiresAt: Date;
  acceptedAt: Date | null;
};

const INVITATION_DAYS = 7;
const INVITATION_COLUMNS = `id, email, role, created_at AS "createdAt",
  expires_at AS "expiresAt", accepted_at AS "acceptedAt"`;

@Injectable()
export class MemberRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async list(workspaceId: string, userId: string | null = null): Promise<MemberRow[]> {
    const { rows } = await this.database.pool.query<MemberRow>(
      `SELECT u.id AS "userId", u.name, u.email, m.role, m.created_at AS "joinedAt",
         (SELECT max(s.last_seen_at) FROM session s WHERE s.user_id = u.id) AS "lastSeenAt",
         (SELECT count(*)::int FROM project p JOIN annotation a ON a.project_id = p.id
          WHERE p.workspace_id = m.workspace_id AND a.user_id = u.id AND a.kind = 'answer')
           AS annotations
       FROM membership m JOIN "user" u ON u.id = m.user_id
       WHERE m.workspace_id = $1 AND ($2::uuid IS NULL OR u.id = $2)
       ORDER BY m.created_at, u.id`,
      [workspaceId, userId],
    );
    return rows;
  }

  async listInvitations(workspaceId: string): Promise<InvitationRow[]> {
    const { rows } = await this.database.pool.query<InvitationRow>(
      `SELECT ${INVITATION_COLUMNS} FROM invitation
       WHERE workspace_id = $1 AND accepted_at IS NULL AND expires_at > now()
       ORDER BY created_at DESC, id LIMIT 200`,
      [workspaceId],
    );
    return rows;
  }

  async insertInvitation(
    tx: Queryable,
    invitation: {
      workspaceId: string;
      email: string | null;
      role: Role;
      tokenHash: Buffer;
      invitedById: string;
    },
  ): Promise<InvitationRow> {
    const { rows } = await tx.query<InvitationRow>(
      `INSERT INTO invitation (id, workspace_id, email, role, token_hash, invited_by_id, expires_at)
       VALUES ($1, $2, $3, $4::"Role", $5, $6, now() + make_interval(days => $7))
       RETURNING ${INVITATION_COLUMNS}`,
      [
        newId(),
        invitation.workspaceId,
        invitation.email,
        invitation.role,
        invitation.tokenHash,
        invitation.invitedById,
        INVITATION_DAYS,
      ],
    );
    const row = rows[0];
    if (row === undefined) throw new Error('INSERT … RETURNING answered no row');
    return row;
  }

  /** False when there is none, or it was used. */
  async deleteInvitation(tx: Queryable, workspaceId: string, id: string): Promise<boolean> {
    const { rowCount } = await tx.query(
      'DELETE FROM invitation WHERE id = $1 AND workspace_id = $2 AND accepted_at IS NULL',
      [id, workspaceId],
    );
    return rowCount === 1;
  }

  /** Locks all owners of a workspace, so that two cannot step down at the same time. */
  async lockOwners(tx: Queryable, workspaceId: string): Promise<string[]> {
    const { rows } = await tx.query<{ userId: string }>(
      `SELECT user_id AS "userId" FROM membership
       WHERE workspace_id = $1 AND role = 'owner' ORDER BY user_id FOR UPDATE`,
      [workspaceId],
    );
    return rows.map((row) => row.userId);
  }

  async setRole(
    tx: Queryable,
    at: { workspaceId: string; userId: string },
    role: Role,
  ): Promise<boolean> {
    const { rowCount } = await tx.query(
      'UPDATE membership SET role = $3::"Role" WHERE workspace_id = $1 AND user_id = $2',
      [at.workspaceId, at.userId, role],
    );
    return rowCount === 1;
  }

  /** Ends membership, tokens and, for somebody who is nowhere else a member, sessions. */
  async remove(tx: Queryable, at: { workspaceId: string; userId: string }): Promise<boolean> {
    const { rowCount } = await tx.query(
      'DELETE FROM membership WHERE workspace_id = $1 AND user_id = $2',
      [at.workspaceId, at.userId],
    );
    await tx.query('DELETE FROM api_token WHERE workspace_id = $1 AND user_id = $2', [
      at.workspaceId,
      at.userId,
    ]);
    await tx.query(
      `DELETE FROM session WHERE user_id = $1
         AND NOT EXISTS (SELECT 1 FROM membership WHERE user_id = $1)`,
      [at.userId],
    );
    return rowCount === 1;
  }
}
