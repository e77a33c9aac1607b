export const strings = {
  title: 'Uncertainty',
  views: { label: 'View', scatter: 'Scatter', rounds: 'By round' },
  panel: 'Two kinds of uncertainty',
  legendMeta: (kind: string) => `colour${kind}: predicted class`,
  legend: 'Predicted class, click to hide',
  oneItem: 'one item (a sample of them)',
  none: {
    title: 'Nothing selected',
    detail:
      'Draw a rectangle on the plane to see the items behind the dots. By key: Enter begins, arrows move it, Shift and arrows resize it.',
    action: 'Select where models disagree',
  },
  clear: 'Clear',
  noItems: 'No item lies in this rectangle.',
  first: {
    title: 'No model yet',
    detail: 'Uncertainty is known once a round has scored the pool.',
    action: 'Go to the overview',
  },
  byRound: 'Epistemic uncertainty by round',
  votes: (samples: number) => `Votes: samples that agree with the prediction, of ${samples}.`,
} as const;
