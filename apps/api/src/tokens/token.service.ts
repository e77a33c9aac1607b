import {
  type ApiToken,
  ApiTokenId,
  AppError,
  ERRORS,
  PERMISSIONS,
  Permission,
} from '@dubio/contracts';
import type { Queryable } from '@dubio/platform';
import { Injectable } from '@nestjs/common';
import { isAllowed } from '../access/access.service.js';
import { hashSecret, makeApiToken, shownPrefix } from '../access/secret-token.js';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, Place } from '../frame/call.js';
import { TokenRepository, type TokenRow } from './token.repository.js';

const toApiToken = (row: TokenRow): ApiToken => ({
  ...row,
  id: ApiTokenId.parse(row.id),
  scopes: row.scopes.flatMap((scope) => Permission.safeParse(scope).data ?? []),
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});

type Wish = { name: string; scopes?: Permission[] | undefined; expiresInDays: number };

@Injectable()
export class TokenService {
  constructor(
    private readonly repository: TokenRepository,
    private readonly audit: AuditRepository,
  ) {}

  async list(actor: Actor, place: Place) {
    const owner = { workspaceId: place.workspaceId, userId: actor.userId };
    return { tokens: (await this.repository.list(owner)).map(toApiToken) };
  }

  /**
   * A token holds at most what its maker may do at this moment, and never more than the role allows
   * when it is used. Made by another token, it holds at most what that one does, lasts no longer
   * and ends with it.
   */
  async create(actor: Actor, place: Place, wish: Wish) {
    const mine = PERMISSIONS.filter((permission) => isAllowed(actor, place, permission));
    const scopes = [...new Set(wish.scopes ?? mine)];
    const beyond = scopes.filter((scope) => !mine.includes(scope));
    if (beyond.length > 0) {
      throw new AppError('auth.forbidden', `You do not have ${beyond.join(', ')} yourself.`, {
        fields: [{ field: 'body.scopes', expected: mine.join(', '), got: beyond.join(', ') }],
      });
    }
    const secret = makeApiToken();
    const owner = { workspaceId: place.workspaceId, userId: actor.userId };
    const row = await this.repository.transaction(async (tx) => {
      const parent = await this.parentOf(tx, actor);
      const made = await this.repository.insert(tx, owner, {
        name: wish.name,
        prefix: shownPrefix(secret),
        hash: hashSecret(secret),
        scopes,
        days: wish.expiresInDays,
        parent,
      });
      await this.audit.add(tx, actor, place, {
        action: 'token.create',
        subject: made.id,
        details: { name: wish.name, scopes },
      });
      return made;
    });
    return { ...toApiToken(row), secret };
  }

  async revoke(actor: Actor, place: Place, tokenId: string): Promise<void> {
    const owner = { workspaceId: place.workspaceId, userId: actor.userId };
    await this.repository.transaction(async (tx) => {
      const ended = await this.repository.revoke(tx, owner, tokenId);
      if (ended === 0) throw new AppError('resource.not-found', 'You have no token of this id.');
      await this.audit.add(tx, actor, place, {
        action: 'token.revoke',
        subject: tokenId,
        details: { madeWithIt: ended - 1 },
      });
    });
  }

  private async parentOf(tx: Queryable, { token }: Actor) {
    if (token === null) return null;
    const expiresAt = await this.repository.lockExpiry(tx, token.id);
    if (expiresAt === null) {
      throw new AppError('auth.token-invalid', ERRORS['auth.token-invalid'].title);
    }
    return { id: token.id, expiresAt };
  }
}
