import { AppError, ERRORS, type Me, UserId } from '@dubio/contracts';
import type { Queryable } from '@dubio/platform';
import { Injectable } from '@nestjs/common';
import { hashSecret, makeSecret } from '../access/secret-token.js';
import type { Actor } from '../frame/call.js';
import { AuthRepository, type InvitationRow } from './auth.repository.js';

const linkInvalid = () => new AppError('auth.link-invalid', ERRORS['auth.link-invalid'].title);

type SignIn = { token: string; name?: string | undefined };

@Injectable()
export class AuthService {
  constructor(private readonly repository: AuthRepository) {}

  /** Says what a link is for; reading it, as mail scanners do, does not use it up. */
  async inspect(token: string, actor: Actor | null) {
    const hash = hashSecret(token);
    if (await this.repository.isLinkOpen(hash)) {
      return { kind: 'sign-in' as const, workspaceName: null, role: null, needsName: false };
    }
    const invitation = await this.repository.findInvitation(null, hash);
    if (invitation === null) throw linkInvalid();
    return {
      kind: 'invitation' as const,
      workspaceName: invitation.workspaceName,
      role: invitation.role,
      needsName: actor === null,
    };
  }

  /** Exchanges a link or an invitation for a session; answers its secret and whose it is. */
  async signIn(input: SignIn, actor: Actor | null): Promise<{ secret: string; userId: string }> {
    const hash = hashSecret(input.token);
    const secret = makeSecret();
    const userId = await this.repository.transaction(async (tx) => {
      const known = await this.repository.takeLink(tx, hash);
      const signedIn = known ?? (await this.accept(tx, hash, input.name, actor));
      await this.repository.createSession(tx, signedIn, hashSecret(secret));
      return signedIn;
    });
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
    if (actor.session === null) {
      throw new AppError('auth.forbidden', 'A token has no session. Revoke the token instead.');
    }
    await this.repository.deleteSession(actor.session.id);
  }

  /**
   * Somebody signed in joins as who they are; anybody else becomes a new person. An invitation
   * never signs in as somebody who exists: whoever made the link could use it.
   */
  private async accept(
    tx: Queryable,
    hash: Buffer,
    name: string | undefined,
    actor: Actor | null,
  ): Promise<string> {
    const invitation = await this.repository.findInvitation(tx, hash);
    if (invitation === null) throw linkInvalid();
    const userId =
      actor?.session != null ? actor.userId : await this.createMember(tx, invitation, name);
    await this.repository.acceptInvitation(tx, invitation, userId);
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
