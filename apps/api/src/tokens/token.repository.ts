import type { Permission } from '@dubio/contracts';
import { type Database, newId, type Queryable } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';

export type TokenRow = {
  id: string;
  name: string;
  prefix: string;
  scopes: Permission[];
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
};

type Owner = { workspaceId: string; userId: string };

const COLUMNS = `id, name, prefix, scopes, created_at AS "createdAt", expires_at AS "expiresAt",
  last_used_at AS "lastUsedAt"`;

@Injectable()
export class TokenRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async list(owner: Owner): Promise<TokenRow[]> {
    const { rows } = await this.database.pool.query<TokenRow>(
      `SELECT ${COLUMNS} FROM api_token
       WHERE workspace_id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > now()
       ORDER BY created_at DESC, id`,
      [owner.workspaceId, owner.userId],
    );
    return rows;
  }

  async insert(
    tx: Queryable,
    owner: Owner,
    token: { name: string; prefix: string; hash: Buffer; scopes: Permission[]; days: number },
  ): Promise<TokenRow> {
    const { rows } = await tx.query<TokenRow>(
      `INSERT INTO api_token (id, workspace_id, user_id, name, prefix, token_hash, scopes, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8))
       RETURNING ${COLUMNS}`,
      [
        newId(),
        owner.workspaceId,
        owner.userId,
        token.name,
        token.prefix,
        token.hash,
        token.scopes,
        token.days,
      ],
    );
    const row = rows[0];
    if (row === undefined) throw new Error('INSERT … RETURNING answered no row');
    return row;
  }

  /** Only one's own; false when there is none of this id. */
  async revoke(tx: Queryable, owner: Owner, tokenId: string): Promise<boolean> {
    const { rowCount } = await tx.query(
      `UPDATE api_token SET revoked_at = now()
       WHERE id = $1 AND workspace_id = $2 AND user_id = $3 AND revoked_at IS NULL`,
      [tokenId, owner.workspaceId, owner.userId],
    );
    return rowCount === 1;
  }
}
