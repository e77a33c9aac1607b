export const strings = {
  changeRule: 'Change the rule',
  setRule: 'Set a stop rule',
  label: 'Label',
  demo: (count: number) => `Let the demo annotator answer ${count}`,
  demoTaken: (count: number) =>
    count === 0
      ? 'The queue has nothing left for the demo annotator.'
      : `The demo annotator answers the next ${count} items.`,
  figures: {
    accuracy: 'Accuracy',
    rmse: 'Error, RMSE',
    labels: 'Labels',
    epistemic: 'Epistemic left',
    aleatoric: 'Aleatoric',
    saved: 'Saved against random',
  },
  curve: 'Learning curve',
  lastRounds: 'Last rounds',
  allRounds: 'All rounds',
  uncertainty: 'Uncertainty left in the pool',
  items: 'Items',
  noRound: {
    title: 'No model yet',
    chart: 'The curve begins with round 1.',
  },
  noItems: {
    title: 'No items yet',
    detail: 'Bring a table, a folder of images or a text file.',
    action: 'Import items',
  },
  noUncertainty: 'Nothing has been scored yet.',
  idle: 'No round is running',
} as const;
