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

  async acceptInvitation(tx: Queryable, invitation: InvitationRow, userId: string): Promise<void> {
    await execute(
      tx,
      db.updateTable('invitation').set({ accepted_at: sql`now()` }).where('id', '=', invitation.id),
    );
    // A member stays what they are: a link cannot raise or lower somebody who is in already.
    await execute(
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

  async deleteSession(id: string): Promise<void> {
    await execute(this.database.pool, db.deleteFrom('session').where('id', '=', id));
  }

  getUser(id: string): Promise<UserRow> {
    const user = db.selectFrom('user').select(['id', 'name', 'email']).where('id', '=', id);
    return getRow(this.database.pool, user);
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
