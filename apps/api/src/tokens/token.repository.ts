import type { Permission } from '@dubio/contracts';
import {
  columnsOf,
  type Database,
  db,
  execute,
  findRow,
  getRow,
  listRows,
  newId,
  type Queryable,
  query,
  type ShapeOf,
  sql,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';

type Owner = { workspaceId: string; userId: string };

type NewToken = {
  name: string;
  prefix: string;
  hash: Buffer;
  scopes: Permission[];
  days: number;
  /** The token that makes it: it lasts no longer and ends with it. */
  parent: { id: string; expiresAt: Date } | null;
};

const COLUMNS = [
  'id',
  'name',
  'prefix',
  'scopes',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'last_used_at as lastUsedAt',
] as const;
const TOKENS = db.selectFrom('api_token').select(COLUMNS);

export type TokenRow = ShapeOf<typeof TOKENS>;

const t = table('api_token', 't');
const token = table('api_token');
const made = columnsOf('api_token', 'made');

/** Revokes the tokens that were made with one, and with these, and so on. */
const revokeMadeWith = (tokenId: string) =>
  query`WITH RECURSIVE made AS (
     SELECT ${t.id} FROM ${t} WHERE ${t.parent_id} = ${tokenId}
     UNION SELECT ${t.id} FROM ${t} JOIN made ON ${t.parent_id} = ${made.id})
   UPDATE ${token} SET ${token.revoked_at} = now()
   WHERE ${token.id} IN (SELECT ${made.id} FROM made) AND ${token.revoked_at} IS NULL`;

@Injectable()
export class TokenRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  list(owner: Owner): Promise<TokenRow[]> {
    return listRows(
      this.database.pool,
      TOKENS.where('workspace_id', '=', owner.workspaceId)
        .where('user_id', '=', owner.userId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', sql<Date>`now()`)
        .orderBy('created_at', 'desc')
        .orderBy('id'),
    );
  }

  /** Holds a token in use until the commit, so that it cannot be revoked meanwhile. */
  async lockExpiry(tx: Queryable, tokenId: string): Promise<Date | null> {
    const valid = db
      .selectFrom('api_token')
      .select('expires_at as expiresAt')
      .where('id', '=', tokenId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .forUpdate();
    return (await findRow(tx, valid))?.expiresAt ?? null;
  }

  insert(tx: Queryable, owner: Owner, token: NewToken): Promise<TokenRow> {
    return getRow(
      tx,
      db
        .insertInto('api_token')
        .values({
          id: newId(),
          workspace_id: owner.workspaceId,
          user_id: owner.userId,
          name: token.name,
          prefix: token.prefix,
          token_hash: token.hash,
          scopes: token.scopes,
          parent_id: token.parent?.id ?? null,
          // least() leaves out what is null.
          expires_at: sql`least(now() + make_interval(days => ${token.days}),
            ${token.parent?.expiresAt ?? null}::timestamptz)`,
        })
        .returning(COLUMNS),
    );
  }

  /** Only one's own, with all that was made with it; how many ended, 0 when there is none. */
  async revoke(tx: Queryable, owner: Owner, tokenId: string): Promise<number> {
    const revoked = db
      .updateTable('api_token')
      .set({ revoked_at: sql`now()` })
      .where('id', '=', tokenId)
      .where('workspace_id', '=', owner.workspaceId)
      .where('user_id', '=', owner.userId)
      .where('revoked_at', 'is', null);
    let ended = await execute(tx, revoked);
    if (ended === 0) return 0;
    // One that is being made right now is seen only by a statement that begins after its commit,
    // for which the one before has waited.
    for (;;) {
      const more = await execute(tx, revokeMadeWith(tokenId));
      if (more === 0) return ended;
      ended += more;
    }
  }
}
