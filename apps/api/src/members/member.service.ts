import {
  AppError,
  type Invitation,
  InvitationId,
  type Member,
  ROLE_PERMISSIONS,
  type Role,
  UserId,
} from '@dubio/contracts';
import { Injectable } from '@nestjs/common';
import { hashSecret, makeSecret } from '../access/secret-token.js';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, Place } from '../frame/call.js';
import { type InvitationRow, MemberRepository, type MemberRow } from './member.repository.js';

const toMember = (row: MemberRow): Member => ({
  ...row,
  userId: UserId.parse(row.userId),
  joinedAt: row.joinedAt.toISOString(),
  lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
});

const toInvitation = (row: InvitationRow): Invitation => ({
  ...row,
  id: InvitationId.parse(row.id),
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  acceptedAt: row.acceptedAt?.toISOString() ?? null,
});

/** Whom to invite, and the address that the link leads to. */
type InvitationWish = { role: Role; email?: string | undefined; origin: string };

const nobodyHere = () => new AppError('resource.not-found', 'Nobody of this id is a member here.');

@Injectable()
export class MemberService {
  constructor(
    private readonly repository: MemberRepository,
    private readonly audit: AuditRepository,
  ) {}

  async list(workspaceId: string) {
    const [members, invitations] = await Promise.all([
      this.repository.list(workspaceId),
      this.repository.listInvitations(workspaceId),
    ]);
    return { members: members.map(toMember), invitations: invitations.map(toInvitation) };
  }

  /** The link holds the secret behind the #, which browsers never send: it reaches no log. */
  async invite(actor: Actor, place: Place, wish: InvitationWish) {
    const secret = makeSecret();
    const row = await this.repository.transaction(async (tx) => {
      const made = await this.repository.insertInvitation(tx, {
        workspaceId: place.workspaceId,
        email: wish.email ?? null,
        role: wish.role,
        tokenHash: hashSecret(secret),
        invitedById: actor.userId,
      });
      const details = { role: wish.role, email: wish.email ?? null };
      await this.audit.add(tx, actor, place, {
        action: 'member.invite',
        subject: made.id,
        details,
      });
      return made;
    });
    return { ...toInvitation(row), url: `${wish.origin}/sign-in#token=${secret}` };
  }

  async revokeInvitation(actor: Actor, place: Place, invitationId: string): Promise<void> {
    await this.repository.transaction(async (tx) => {
      const { workspaceId } = place;
      if (!(await this.repository.deleteInvitation(tx, workspaceId, invitationId))) {
        throw new AppError('resource.not-found', 'There is no open invitation of this id.');
      }
      const entry = { action: 'member.revoke-invitation', subject: invitationId };
      await this.audit.add(tx, actor, place, entry);
    });
  }

  /** @throws AppError resource.not-found, resource.conflict when the last owner would be gone */
  async update(actor: Actor, place: Place, change: { userId: string; role: Role }) {
    const at = { workspaceId: place.workspaceId, userId: change.userId };
    await this.repository.transaction(async (tx) => {
      const owners = await this.repository.lockOwners(tx, place.workspaceId);
      if (change.role !== 'owner') this.keepAnOwner(owners, change.userId);
      if (!(await this.repository.setRole(tx, at, change.role))) throw nobodyHere();
      if (!ROLE_PERMISSIONS[change.role].has('member.manage')) {
        await this.repository.deleteInvitationsOf(tx, at);
      }
      await this.audit.add(tx, actor, place, {
        action: 'member.update',
        subject: change.userId,
        details: { role: change.role },
      });
    });
    const [row] = await this.repository.list(place.workspaceId, change.userId);
    if (row === undefined) throw nobodyHere();
    return toMember(row);
  }

  async remove(actor: Actor, place: Place, userId: string): Promise<void> {
    await this.repository.transaction(async (tx) => {
      this.keepAnOwner(await this.repository.lockOwners(tx, place.workspaceId), userId);
      const at = { workspaceId: place.workspaceId, userId };
      if (!(await this.repository.remove(tx, at))) throw nobodyHere();
      await this.audit.add(tx, actor, place, { action: 'member.remove', subject: userId });
    });
  }

  private keepAnOwner(owners: readonly string[], userId: string): void {
    if (owners.length === 1 && owners[0] === userId) {
      throw new AppError(
        'resource.conflict',
        'This is the last owner. Make somebody else an owner first.',
      );
    }
  }
}
