import type { Role } from './types';

export const strings = {
  title: 'People',
  sub: 'Everybody in this workspace, and what they may do.',
  members: 'Members',
  invitations: 'Open invitations',
  invite: {
    title: 'Invite somebody',
    meta: 'the link is shown once',
    email: 'E-mail, if you want it noted',
    role: 'Role',
    go: 'Make the link',
    shown: 'Invitation link',
  },
  roles: {
    owner: 'owner',
    engineer: 'engineer',
    reviewer: 'reviewer',
    annotator: 'annotator',
  } satisfies Record<Role, string>,
  roleWords: {
    owner: 'everything, people and deletion included',
    engineer: 'projects, rounds, models and settings',
    reviewer: 'labels, and sees all figures',
    annotator: 'labels',
  } satisfies Record<Role, string>,
  remove: {
    button: (name: string) => `Remove ${name}`,
    title: (name: string) => `Remove ${name}?`,
    detail:
      'Sessions, tokens and their invitations end at once, and items they hold go back to the queue. Annotations are kept.',
    keep: 'Keep the member',
    go: 'Remove the member',
  },
  revoke: (name: string) => `Withdraw the invitation ${name}`,
} as const;
