const nav = {
  project: 'Project',
  data: 'Data and people',
  overview: 'Overview',
  label: 'Label',
  uncertainty: 'Uncertainty',
  models: 'Models',
  simulation: 'Simulation',
  items: 'Items',
  people: 'People',
  settings: 'Settings',
} as const;

export const strings = {
  skip: 'Skip to content',
  theme: {
    change: (now: string) => `Change theme, now ${now}`,
    system: 'as the system',
    light: 'light',
    dark: 'dark',
  },
  home: 'Dubio, projects',
  menu: 'Menu',
  signOut: 'Sign out',
  allProjects: 'All projects',
  you: (name: string) => `${name} (you)`,
  nav,
  /** Names of all screens, those without a place in the menu included. */
  screens: { ...nav, rounds: 'Rounds', audit: 'Audit' },
  notFound: {
    title: 'There is nothing here that you can see',
    detail:
      'The address may be wrong, or what it named was deleted, or your role does not show it.',
    action: 'Go to the projects',
  },
  failed: {
    title: 'This page could not be made',
    detail: 'Nothing you entered is lost: answers are kept in this browser until they are sent.',
    unavailable: 'The service is starting or stopping. This page tries again by itself.',
    again: 'Try again',
  },
} as const;
