import { AppError, ERRORS, type Me, UserId } from '@dubio/contracts';
import { countedAddress } from '@dubio/contracts/proxies';
import type { Queryable } from '@dubio/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { hashSecret, makeSecret } from '../access/secret-token.js';
import { AuditRepository } from '../audit/audit.repository.js';
import { SecurityLog } from '../audit/security-log.js';
import type { Actor } from '../frame/call.js';
import { RateLimits } from '../frame/rate-limits.js';
import { AuthRepository, type InvitationRow } from './auth.repository.js';

const linkInvalid = () => new AppError('auth.link-invalid', ERRORS['auth.link-invalid'].title);

/** Who asks, for the limits and the log. */
type Caller = { address: string; reply: FastifyReply };
type SignIn = { token: string; name?: string | undefined };

@Injectable()
export class AuthService {
  constructor(
    private readonly repository: AuthRepository,
    private readonly audit: AuditRepository,
    private readonly log: SecurityLog,
    private readonly limits: RateLimits,
  ) {}

  /** Says what a link is for; reading it, as mail scanners do, does not use it up. */
  async inspect(token: string, actor: Actor | null, from: Caller) {
    const hash = hashSecret(token);
    if (await this.repository.isLinkOpen(hash)) {
      return { kind: 'sign-in' as const, workspaceName: null, role: null, needsName: false };
    }
    const invitation = await this.repository.findInvitation(null, hash);
    if (invitation === null) return this.refuse(hash, from);
    return {
      kind: 'invitation' as const,
      workspaceName: invitation.workspaceName,
      role: invitation.role,
      needsName: actor === null,
    };
  }

  /**
   * Exchanges a link or an invitation for a session; answers its secret and whose it is.
   *
   * @throws AppError auth.link-invalid, auth.required, request.too-many
   */
  async signIn(
    input: SignIn,
    actor: Actor | null,
    from: Caller,
  ): Promise<{ secret: string; userId: string }> {
    const hash = hashSecret(input.token);
    const secret = makeSecret();
    const userId = await this.repository.transaction(async (tx) => {
      const known = await this.repository.takeLink(tx, hash);
      const signedIn = known ?? (await this.accept(tx, hash, input.name, actor));
      if (signedIn === null) return null;
      await this.repository.createSession(tx, signedIn, hashSecret(secret));
      const { id, name } = await this.repository.getUser(signedIn, tx);
      const by = known === null ? 'invitation' : 'link';
      const details = { by, address: from.address };
      await this.audit.addOwn(tx, { userId: id, name }, { action: 'auth.sign-in', details });
      return signedIn;
    });
    if (userId === null) return this.refuse(hash, from);
    return { secret, userId };
  }

  async me(userId: string, actor: Actor | null): Promise<Me> {
    const user = await this.repository.getUser(userId);
    const workspaces = await this.repository.listWorkspaces(
      userId,
      actor?.token?.workspaceId ?? null,
    );
    return { ...user, id: UserId.parse(user.id), workspaces };
  }

  async signOut(actor: Actor): Promise<void> {
    const { session } = actor;
    if (session === null) {
      throw new AppError('auth.forbidden', 'A token has no session. Revoke the token instead.');
    }
    await this.repository.transaction(async (tx) => {
      await this.repository.deleteSession(tx, session.id);
      await this.audit.addOwn(tx, actor, { action: 'auth.sign-out' });
    });
  }

  /**
   * Notes a link that opens nothing, and holds those up who try links of one account again and
   * again. A link that is good is never looked at here: nobody can be locked out.
   */
  private async refuse(hash: Buffer, { address, reply }: Caller): Promise<never> {
    const { reason, account, workspaceId } = await this.repository.describeDeadLink(hash);
    const about = account && { userId: account.id, name: account.name };
    const refusal = { address: countedAddress(address), account: about, workspaceId };
    await this.log.count({ action: 'auth.sign-in-failed', reason, ...refusal });
    if (about !== null) {
      await this.limits.takeFailure('account', about.userId, reply).catch(async (error) => {
        await this.log.countOnce({ action: 'auth.limit-reached', reason: 'account', ...refusal });
        throw error;
      });
    }
    throw linkInvalid();
  }

  /**
   * Null when there is no such invitation. Somebody signed in joins as who they are; anybody else
   * becomes a new person. An invitation never signs in as somebody who exists: whoever made the
   * link could use it.
   */
  private async accept(
    tx: Queryable,
    hash: Buffer,
    name: string | undefined,
    actor: Actor | null,
  ): Promise<string | null> {
    const invitation = await this.repository.findInvitation(tx, hash);
    if (invitation === null) return null;
    const userId =
      actor?.session != null ? actor.userId : await this.createMember(tx, invitation, name);
    const joined = await this.repository.acceptInvitation(tx, invitation, userId);
    const member = await this.repository.getUser(userId, tx);
    const { workspaceId, role } = invitation;
    await this.audit.add(
      tx,
      { userId, name: member.name, session: null, token: null },
      { workspaceId, projectId: null, role },
      { action: 'member.accept', subject: invitation.id, details: { role, joined } },
    );
    return userId;
  }

  private async createMember(
    tx: Queryable,
    invitation: InvitationRow,
    name: string | undefined,
  ): Promise<string> {
    const { email } = invitation;
    if (email !== null && (await this.repository.hasAccount(tx, email))) {
      throw new AppError('auth.required', `Sign in as ${email} first, then open the link again.`);
    }
    if (name === undefined) {
      throw new AppError('request.invalid', 'body.name: expected your name, got nothing.', {
        fields: [{ field: 'body.name', expected: 'your name', got: 'nothing' }],
      });
    }
    return this.repository.createUser(tx, { name, email });
  }
}
