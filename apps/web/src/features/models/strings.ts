export const strings = {
  title: 'Models',
  allModels: 'All models',
  sub: 'One model a round. The promoted one answers predictions.',
  empty: {
    title: 'No model yet',
    detail: 'The first round makes the first model.',
    action: 'Go to the overview',
  },
  promoted: 'promoted',
  held: 'held back by the gate',
  promote: 'Promote',
  rollBack: (round: number) => `Roll back to round ${round}`,
  promoteAsk: {
    title: (round: number) => `Promote the model of round ${round}?`,
    detail:
      'Predictions come from it at once. The other models are kept and can be promoted again.',
    keep: 'Keep the present one',
    go: 'Promote the model',
  },
  onnx: 'ONNX',
  downloads: { title: 'Downloads', meta: 'each file opens elsewhere' },
  onnxFile: 'Model with posterior, ONNX',
  safetensorsFile: 'Weights, safetensors',
  temperature: 'Before and after temperature',
  perClass: 'Per class',
  reliability: 'Reliability',
  confusion: 'Confusion',
  history: 'Training',
  whiskers:
    'Whiskers: 95 % Wilson interval of the accuracy in a bin. Bins with fewer than 5 items are left out, not joined.',
  scores: {
    ece: 'gap between confidence and accuracy',
    nll: 'surprise at the right answer',
    brier: 'squared error of the probabilities',
  },
  nothingHeldOut:
    'Nothing is held out, so calibration cannot be measured. Import items with answers as test or validation.',
} as const;
