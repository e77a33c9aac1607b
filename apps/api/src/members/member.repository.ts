import type { Role } from '@dubio/contracts';
import { releaseLeasesOfMember } from '@dubio/labelling';
import {
  type Database,
  db,
  execute,
  getRow,
  listRows,
  newId,
  type Queryable,
  sql,
} from '@dubio/platform';
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
const INVITATION_COLUMNS = [
  'id',
  'email',
  'role',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'accepted_at as acceptedAt',
] as const;

@Injectable()
export class MemberRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  list(workspaceId: string, userId: string | null = null): Promise<MemberRow[]> {
    const members = db
      .selectFrom('membership as m')
      .innerJoin('user as u', 'u.id', 'm.user_id')
      .where('m.workspace_id', '=', workspaceId)
      .$if(userId !== null, (query) => query.where('u.id', '=', userId))
      .select(['u.id as userId', 'u.name', 'u.email', 'm.role', 'm.created_at as joinedAt'])
      .select((of) => [
        of
          .selectFrom('session as s')
          .select((one) => one.fn.max('s.last_seen_at').as('at'))
          .whereRef('s.user_id', '=', 'u.id')
          .as('lastSeenAt'),
        of
          .selectFrom('project as p')
          .innerJoin('annotation as a', 'a.project_id', 'p.id')
          .select(sql<number>`count(*)::int`.as('n'))
          .whereRef('p.workspace_id', '=', 'm.workspace_id')
          .whereRef('a.user_id', '=', 'u.id')
          .where('a.kind', '=', 'answer')
          .$asScalar()
          .$notNull()
          .as('annotations'),
      ])
      .orderBy('m.created_at')
      .orderBy('u.id');
    return listRows(this.database.pool, members);
  }

  listInvitations(workspaceId: string): Promise<InvitationRow[]> {
    return listRows(
      this.database.pool,
      db
        .selectFrom('invitation')
        .select(INVITATION_COLUMNS)
        .where('workspace_id', '=', workspaceId)
        .where('accepted_at', 'is', null)
        .where('expires_at', '>', sql<Date>`now()`)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(200),
    );
  }

  insertInvitation(
    tx: Queryable,
    invitation: {
      workspaceId: string;
      email: string | null;
      role: Role;
      tokenHash: Buffer;
      invitedById: string;
    },
  ): Promise<InvitationRow> {
    return getRow(
      tx,
      db
        .insertInto('invitation')
        .values({
          id: newId(),
          workspace_id: invitation.workspaceId,
          email: invitation.email,
          role: invitation.role,
          token_hash: invitation.tokenHash,
          invited_by_id: invitation.invitedById,
          expires_at: sql`now() + make_interval(days => ${INVITATION_DAYS})`,
        })
        .returning(INVITATION_COLUMNS),
    );
  }

  /** False when there is none, or it was used. */
  async deleteInvitation(tx: Queryable, workspaceId: string, id: string): Promise<boolean> {
    const gone = db
      .deleteFrom('invitation')
      .where('id', '=', id)
      .where('workspace_id', '=', workspaceId)
      .where('accepted_at', 'is', null);
    return (await execute(tx, gone)) === 1;
  }

  /** Locks all owners of a workspace, so that two cannot step down at the same time. */
  async lockOwners(tx: Queryable, workspaceId: string): Promise<string[]> {
    const owners = db
      .selectFrom('membership')
      .select('user_id as userId')
      .where('workspace_id', '=', workspaceId)
      .where('role', '=', 'owner')
      .orderBy('user_id')
      .forUpdate();
    return (await listRows(tx, owners)).map((row) => row.userId);
  }

  async setRole(
    tx: Queryable,
    at: { workspaceId: string; userId: string },
    role: Role,
  ): Promise<boolean> {
    const changed = db
      .updateTable('membership')
      .set({ role })
      .where('workspace_id', '=', at.workspaceId)
      .where('user_id', '=', at.userId);
    return (await execute(tx, changed)) === 1;
  }

  /** Withdraws what somebody invited that nobody used yet: the link would bring them back. */
  async deleteInvitationsOf(
    tx: Queryable,
    at: { workspaceId: string; userId: string },
  ): Promise<number> {
    return execute(
      tx,
      db
        .deleteFrom('invitation')
        .where('workspace_id', '=', at.workspaceId)
        .where('invited_by_id', '=', at.userId)
        .where('accepted_at', 'is', null),
    );
  }

  /**
   * Ends membership, tokens, invitations, leases and, for somebody who is nowhere else a member,
   * sessions.
   */
  async remove(tx: Queryable, at: { workspaceId: string; userId: string }): Promise<boolean> {
    const { workspaceId, userId } = at;
    const removed = await execute(
      tx,
      db
        .deleteFrom('membership')
        .where('workspace_id', '=', workspaceId)
        .where('user_id', '=', userId),
    );
    await execute(
      tx,
      db
        .deleteFrom('api_token')
        .where('workspace_id', '=', workspaceId)
        .where('user_id', '=', userId),
    );
    await this.deleteInvitationsOf(tx, at);
    await releaseLeasesOfMember(tx, at);
    const elsewhere = db.selectFrom('membership').select('user_id').where('user_id', '=', userId);
    await execute(
      tx,
      db
        .deleteFrom('session')
        .where('user_id', '=', userId)
        .where(({ not, exists }) => not(exists(elsewhere))),
    );
    return removed === 1;
  }
}
