import type { ModelMetrics } from '@dubio/contracts';
import { formatCount } from '@/lib/format';

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
  eceRange: 'ECE as far as these items tell (95 %):',
  retention: 'Accuracy when uncertain items go to a person',
  fields: {
    title: 'Each field',
    table: 'Each field, table',
    field: 'Field',
    accuracy: 'Accuracy',
    temperature: 'Temperature',
    eceAfter: 'ECE, after it',
    first: 'The other figures of this page are those of the first field.',
  },
  compression: {
    title: 'The compressed model',
    numbersWord: 'numbers',
    bitsWord: 'bits',
    layers: 'Layers of the compressed model, table',
    layer: 'Layer',
    inputs: 'Inputs',
    outputs: 'Units or filters',
    bits: 'Bits per number',
    full: 'Full',
    compressed: 'Compressed',
    rounded: 'Smaller, in these bits',
    passes: 'It may stand for the full one.',
    held: 'It may not stand for the full one.',
    use: {
      label: 'Use the compressed model for predictions and for scoring',
      on: 'This model answers predictions with its compressed model. From the next round on the pool is scored with that of the round, if it passes.',
      fallsBack: 'It is on, but this model answers with its full network.',
      impossible: 'It cannot be chosen with this model.',
      notInUse: 'It can be chosen with the model in use: promote this one first.',
      off: 'It is off: the full network answers predictions and scores the pool.',
    },
    file: 'Compressed model, ONNX',
    importance: {
      title: 'What it looks at',
      read: (read: string, all: string) => `${read} of ${all} features are read`,
      how: 'The stronger the colour, the more a feature sways the first layer. Grey ones are not read at all.',
    },
  },
  lure: {
    unsteady: (few: string, rows: string) =>
      `A few labels carry most of it: the ${rows} held-out labels say as much as ${few} drawn by plain chance would. Take it as a hint; a lower beta of the rule makes it steadier.`,
    title: 'With LURE weights, for the whole pool:',
    why: 'The held-out labels were chosen by uncertainty. Each counts by how likely it was to be asked for; after ± stands one standard error.',
  },
  activeTest: {
    title: 'Active testing, for the whole pool:',
    why: (rows: string) =>
      `Estimated with a 95 % interval from ${rows} answers to items drawn where a second network expects mistakes; each counts by how likely it was to be drawn, and none of them trains.`,
    early: (least: string) => `Below ${least} answers it is a hint, no more.`,
  },
  numbersHere: 'For numbers, see how often the intervals hold the truth.',
  coverage: {
    title: (kind: ModelMetrics['kind']) =>
      kind === 'number' ? 'Intervals that hold the number' : 'Sets that hold the answer',
    fittedOn: ({ conformal }: ModelMetrics) =>
      `learned on ${formatCount(conformal[0]?.fittedOn ?? 0)}, measured on ${formatCount(conformal[0]?.coverage.count ?? 0)} others`,
    tooFew: 'At least 20 held-out items are needed to learn how wide to make them.',
    promised: (level: string) => `${level} promised`,
    why: 'Conformal: the share holds for items drawn like the held-out ones, whatever the model. Items chosen by uncertainty are harder.',
  },
  nothingHeldOut:
    'Nothing is held out, so calibration cannot be measured. Import items with answers as test or validation.',
} as const;
