export const strings = {
  title: 'Simulation',
  none: {
    title: 'No replay yet',
    detail:
      'A replay hides the known answers, starts from a few, and lets a rule ask for the next ones. Several rules and seeds show what a rule is worth on this data.',
  },
  form: {
    title: 'New replay',
    rules: 'Rules',
    go: 'Start the replays',
    back: 'Back to the last replay',
  },
  curves: { accuracy: 'Accuracy by labels', rmse: 'Error by labels' },
  replays: 'Replays',
  setUp: 'Set-up',
  change: 'Change',
  needed: 'Labels needed',
  neededMeta: 'median and quartiles over seeds',
  again: 'Run it again',
  againAll: (count: number) => (count === 1 ? 'Run it again' : 'Run them again'),
  newReplay: 'New replay',
  cancel: {
    button: 'Cancel',
    title: 'Cancel the replays?',
    detail: 'Finished replays are kept. Those that run now are lost.',
    keep: 'Keep running',
    go: 'Cancel the replays',
  },
  use: (name: string) => `Use ${name}`,
  used: (name: string) => `The next round asks by ${name}.`,
} as const;
