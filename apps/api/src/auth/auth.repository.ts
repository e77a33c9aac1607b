import { type Role, Workspace } from '@dubio/contracts';
import {
  type Database,
  db,
  execute,
  findRow,
  getRow,
  listRows,
  newId,
  type Queryable,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';
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

/** What is known of a link that opens nothing. */
export type DeadLink = {
  reason: 'used-link' | 'expired-link' | 'disabled-account' | 'unknown-link';
  account: UserRow | null;
  workspaceId: string | null;
};

export type UserRow = { id: string; name: string; email: string | null };

const link = table('sign_in_link');
const l = table('sign_in_link', 'l');
const u = table('user', 'u');

/** A link that nobody used, in time, of a person who may come in. */
const isOpen = (tokenHash: Buffer) =>
  sql<boolean>`${l.token_hash} = ${tokenHash} AND ${l.used_at} IS NULL AND ${l.expires_at} > now()
    AND ${u.id} = ${l.user_id} AND ${u.disabled_at} IS NULL`;

@Injectable()
export class AuthRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async isLinkOpen(tokenHash: Buffer): Promise<boolean> {
    const open = query`SELECT ${row({ id: l.id })} FROM ${l}, ${u} WHERE ${isOpen(tokenHash)}`;
    return (await findRow(this.database.pool, open)) !== null;
  }

  /** Uses a link up: of two that try at once, one gets the user. */
  async takeLink(tx: Queryable, tokenHash: Buffer): Promise<string | null> {
    const taken = await findRow(
      tx,
      query`UPDATE ${l} SET ${link.used_at} = now() FROM ${u} WHERE ${isOpen(tokenHash)}
        RETURNING ${row({ userId: l.user_id })}`,
    );
    return taken?.userId ?? null;
  }

  /** Whose link it was that nobody can use any more, and why not. */
  async describeDeadLink(tokenHash: Buffer): Promise<DeadLink> {
    const link = await findRow(
      this.database.pool,
      query`SELECT ${row({
        id: u.id,
        name: u.name,
        email: u.email,
        used: sql<boolean>`${l.used_at} IS NOT NULL`,
        disabled: sql<boolean>`${u.disabled_at} IS NOT NULL`,
      })} FROM ${l} JOIN ${u} ON ${u.id} = ${l.user_id} WHERE ${l.token_hash} = ${tokenHash}`,
    );
    if (link !== null) {
      const { id, name, email, used, disabled } = link;
      const dead = used ? 'used-link' : 'expired-link';
      const reason = disabled ? 'disabled-account' : dead;
      return { reason, account: { id, name, email }, workspaceId: null };
    }
    const invitation = await findRow(
      this.database.pool,
      db
        .selectFrom('invitation')
        .select(['workspace_id as workspaceId', 'accepted_at as acceptedAt'])
        .where('token_hash', '=', tokenHash),
    );
    if (invitation === null) return { reason: 'unknown-link', account: null, workspaceId: null };
    const reason = invitation.acceptedAt === null ? 'expired-link' : 'used-link';
    return { reason, account: null, workspaceId: invitation.workspaceId };
  }

  findInvitation(queryable: Queryable | null, tokenHash: Buffer): Promise<InvitationRow | null> {
    const open = db
      .selectFrom('invitation as i')
      .innerJoin('workspace as w', 'w.id', 'i.workspace_id')
      .select([
        'i.id',
        'i.workspace_id as workspaceId',
        'w.name as workspaceName',
        'i.email',
        'i.role',
      ])
      .where('i.token_hash', '=', tokenHash)
      .where('i.accepted_at', 'is', null)
      .where('i.expires_at', '>', sql<Date>`now()`);
    return findRow(queryable ?? this.database.pool, queryable ? open.forUpdate('i') : open);
  }

  /** Answers whether they are a member by it: one who was one before stays what they are. */
  async acceptInvitation(
    tx: Queryable,
    invitation: InvitationRow,
    userId: string,
  ): Promise<boolean> {
    await execute(
      tx,
      db.updateTable('invitation').set({ accepted_at: sql`now()` }).where('id', '=', invitation.id),
    );
    // A member stays what they are: a link cannot raise or lower somebody who is in already.
    const joined = await execute(
      tx,
      db
        .insertInto('membership')
        .values({
          workspace_id: invitation.workspaceId,
          user_id: userId,
          role: invitation.role,
        })
        .onConflict((on) => on.columns(['workspace_id', 'user_id']).doNothing()),
    );
    return joined === 1;
  }

  async hasAccount(queryable: Queryable, email: string): Promise<boolean> {
    const account = db
      .selectFrom('user')
      .select('id')
      .where((of) => of(of.fn('lower', ['email']), '=', sql<string>`lower(${email})`));
    return (await findRow(queryable, account)) !== null;
  }

  async createUser(tx: Queryable, user: { name: string; email: string | null }): Promise<string> {
    const id = newId();
    await execute(tx, db.insertInto('user').values({ id, name: user.name, email: user.email }));
    return id;
  }

  async createSession(tx: Queryable, userId: string, tokenHash: Buffer): Promise<void> {
    await execute(
      tx,
      db.insertInto('session').values({
        id: newId(),
        user_id: userId,
        token_hash: tokenHash,
        expires_at: sql`now() + make_interval(days => ${SESSION_DAYS})`,
      }),
    );
  }

  async deleteSession(tx: Queryable, id: string): Promise<void> {
    await execute(tx, db.deleteFrom('session').where('id', '=', id));
  }

  getUser(id: string, queryable: Queryable = this.database.pool): Promise<UserRow> {
    const user = db.selectFrom('user').select(['id', 'name', 'email']).where('id', '=', id);
    return getRow(queryable, user);
  }

  async listWorkspaces(userId: string, only: string | null): Promise<Workspace[]> {
    const workspaces = await listRows(
      this.database.pool,
      db
        .selectFrom('membership as m')
        .innerJoin('workspace as w', 'w.id', 'm.workspace_id')
        .select(['w.id', 'w.name', 'm.role'])
        .where('m.user_id', '=', userId)
        .$if(only !== null, (all) => all.where('w.id', '=', only))
        .orderBy('w.created_at')
        .orderBy('w.id'),
    );
    return workspaces.map((one) => Workspace.parse(one));
  }
}
