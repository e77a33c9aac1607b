export const strings = {
  title: 'Sign in',
  name: 'Your name',
  nameHint: 'Others see it beside your answers.',
  nameMissing: 'A name of at least 1 character.',
  signIn: 'Sign in',
  join: (workspace: string) => `Join ${workspace}`,
  checking: 'Checking the link',
  signingIn: 'Signing in',
  invitedTo: (workspace: string, role: string) => `You are invited to ${workspace} as ${role}.`,
  firstTime: 'This link signs you in once. Say who you are; then it is used up.',
  roles: {
    owner: 'an owner',
    engineer: 'an engineer',
    reviewer: 'a reviewer',
    annotator: 'an annotator',
  },
  noLink: {
    title: 'Open the link you were given',
    detail:
      'Dubio has no passwords. You come in by a link that works once: from an invitation, or printed where Dubio was started on this machine.',
    again: 'To get a new one, ask the person who invited you, or start Dubio again.',
  },
} as const;
