import type { Permission } from '@dubio/contracts';
import {
  type Database,
  db,
  execute,
  getRow,
  listRows,
  newId,
  type Queryable,
  type ShapeOf,
  sql,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';

type Owner = { workspaceId: string; userId: string };

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

  insert(
    tx: Queryable,
    owner: Owner,
    token: { name: string; prefix: string; hash: Buffer; scopes: Permission[]; days: number },
  ): Promise<TokenRow> {
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
          expires_at: sql`now() + make_interval(days => ${token.days})`,
        })
        .returning(COLUMNS),
    );
  }

  /** Only one's own; false when there is none of this id. */
  async revoke(tx: Queryable, owner: Owner, tokenId: string): Promise<boolean> {
    const revoked = db
      .updateTable('api_token')
      .set({ revoked_at: sql`now()` })
      .where('id', '=', tokenId)
      .where('workspace_id', '=', owner.workspaceId)
      .where('user_id', '=', owner.userId)
      .where('revoked_at', 'is', null);
    return (await execute(tx, revoked)) === 1;
  }
}
