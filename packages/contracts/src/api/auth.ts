import { z } from 'zod';
import { ApiTokenId, InvitationId, ProjectId, UserId, WorkspaceId } from '../ids.js';
import { Permission, Role } from '../permissions.js';
import { Instant, PageQuery, page } from './common.js';
import { endpoint } from './endpoint.js';
import { shownName } from './shown-name.js';

export const Workspace = z.object({ id: WorkspaceId, name: z.string(), role: Role });
export type Workspace = z.infer<typeof Workspace>;

export const Me = z.object({
  id: UserId,
  name: z.string(),
  email: z.email().nullable(),
  workspaces: z.array(Workspace),
});
export type Me = z.infer<typeof Me>;

export const Member = z.object({
  userId: UserId,
  name: z.string(),
  email: z.email().nullable(),
  role: Role,
  joinedAt: Instant,
  lastSeenAt: Instant.nullable(),
  annotations: z.int(),
});
export type Member = z.infer<typeof Member>;

export const Invitation = z.object({
  id: InvitationId,
  email: z.email().nullable(),
  role: Role,
  createdAt: Instant,
  expiresAt: Instant,
  acceptedAt: Instant.nullable(),
});
export type Invitation = z.infer<typeof Invitation>;

export const ApiToken = z.object({
  id: ApiTokenId,
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(Permission),
  createdAt: Instant,
  expiresAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;

export const AuditEvent = z.object({
  id: z.string(),
  at: Instant,
  actor: z.string(),
  action: z.string(),
  subject: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

const workspace = z.object({ workspaceId: WorkspaceId });
const tag = { scope: 'workspace', params: workspace } as const;

export const authEndpoints = {
  signIn: endpoint({
    id: 'auth.signIn',
    method: 'POST',
    path: '/auth/sign-in',
    summary: 'Exchange a one-time link or an invitation for a session cookie.',
    access: 'public',
    scope: 'none',
    body: z.object({
      token: z.string().min(20).max(200),
      name: shownName(80).optional(),
    }),
    response: Me,
    refuses: ['auth.link-invalid', 'auth.required', 'auth.forbidden'],
  }),
  inspectLink: endpoint({
    id: 'auth.inspectLink',
    method: 'POST',
    path: '/auth/inspect-link',
    summary: 'Say what a link is for, without using it up.',
    access: 'public',
    scope: 'none',
    body: z.object({ token: z.string().min(20).max(200) }),
    response: z.object({
      kind: z.enum(['sign-in', 'invitation']),
      workspaceName: z.string().nullable(),
      role: Role.nullable(),
      needsName: z.boolean(),
    }),
    repeatable: true,
    refuses: ['auth.link-invalid'],
  }),
  signOut: endpoint({
    id: 'auth.signOut',
    method: 'POST',
    path: '/auth/sign-out',
    summary: 'End this session.',
    access: 'signed-in',
    scope: 'none',
    status: 204,
  }),
  me: endpoint({
    id: 'auth.me',
    method: 'GET',
    path: '/me',
    summary: 'Who is signed in, and in which workspaces.',
    access: 'signed-in',
    scope: 'none',
    response: Me,
  }),
  listMembers: endpoint({
    id: 'members.list',
    method: 'GET',
    path: '/workspaces/:workspaceId/members',
    summary: 'People of a workspace.',
    access: 'member.read',
    ...tag,
    response: z.object({ members: z.array(Member), invitations: z.array(Invitation) }),
  }),
  invite: endpoint({
    id: 'members.invite',
    method: 'POST',
    path: '/workspaces/:workspaceId/invitations',
    summary: 'Invite somebody; the link is shown once.',
    access: 'member.manage',
    ...tag,
    body: z.object({ role: Role, email: z.email().optional() }),
    response: Invitation.extend({ url: z.string() }),
    status: 201,
    idempotent: true,
  }),
  revokeInvitation: endpoint({
    id: 'members.revokeInvitation',
    method: 'DELETE',
    path: '/workspaces/:workspaceId/invitations/:invitationId',
    summary: 'Withdraw an invitation that nobody used yet.',
    access: 'member.manage',
    scope: 'workspace',
    params: workspace.extend({ invitationId: InvitationId }),
    status: 204,
  }),
  updateMember: endpoint({
    id: 'members.update',
    method: 'PATCH',
    path: '/workspaces/:workspaceId/members/:userId',
    summary: "Change a member's role. The last owner stays owner.",
    access: 'member.manage',
    scope: 'workspace',
    params: workspace.extend({ userId: UserId }),
    body: z.object({ role: Role }),
    response: Member,
    refuses: ['resource.conflict'],
  }),
  removeMember: endpoint({
    id: 'members.remove',
    method: 'DELETE',
    path: '/workspaces/:workspaceId/members/:userId',
    summary: 'Remove a member; streams, sessions, tokens, invitations and leases end at once.',
    access: 'member.manage',
    scope: 'workspace',
    params: workspace.extend({ userId: UserId }),
    status: 204,
    refuses: ['resource.conflict'],
  }),
  listTokens: endpoint({
    id: 'tokens.list',
    method: 'GET',
    path: '/workspaces/:workspaceId/tokens',
    summary: 'Your own API tokens.',
    access: 'token.manage-own',
    ...tag,
    response: z.object({ tokens: z.array(ApiToken) }),
  }),
  createToken: endpoint({
    id: 'tokens.create',
    method: 'POST',
    path: '/workspaces/:workspaceId/tokens',
    summary: 'Make an API token; its secret is shown once and never holds more than your role.',
    access: 'token.manage-own',
    ...tag,
    body: z.object({
      name: shownName(80),
      scopes: z.array(Permission).min(1).optional(),
      expiresInDays: z.int().min(1).max(365).default(90),
    }),
    response: ApiToken.extend({ secret: z.string() }),
    status: 201,
  }),
  revokeToken: endpoint({
    id: 'tokens.revoke',
    method: 'DELETE',
    path: '/workspaces/:workspaceId/tokens/:tokenId',
    summary: 'End a token at once, with all that was made with it.',
    access: 'token.manage-own',
    scope: 'workspace',
    params: workspace.extend({ tokenId: ApiTokenId }),
    status: 204,
  }),
  listAudit: endpoint({
    id: 'audit.list',
    method: 'GET',
    path: '/workspaces/:workspaceId/audit',
    summary: 'Privileged acts, newest first.',
    access: 'audit.read',
    ...tag,
    query: PageQuery.extend({ projectId: ProjectId.optional() }),
    response: page(AuditEvent),
  }),
};
