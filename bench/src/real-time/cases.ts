import { join } from 'node:path';
import type { LayerSpec, PartialModelSpec } from '@dubio/bayes-core';
import { readTable } from '../data/csv.js';
import { type Dataset, readImages, splitTest, standardise } from '../data/dataset.js';
import { UsageError } from '../framework/bench.js';

/** Items to learn from and items to predict. */
export type SplitSet = { readonly pool: Dataset; readonly test: Dataset };

const images = (folder: string): SplitSet => {
  const read = (part: string) =>
    readImages(
      join(folder, `${part}-images-idx3-ubyte.gz`),
      join(folder, `${part}-labels-idx1-ubyte.gz`),
    );
  const digits = read('train');
  return { pool: standardise(digits), test: standardise(read('t10k'), digits) };
};

/** The tables have no header line: their first row is read as one, and is lost. */
const table = (folder: string, file: string, labelColumn: number): SplitSet =>
  splitTest(readTable(join(folder, 'tabular-classification', file), String(labelColumn)), 0.4);

const SETS: Readonly<Record<string, (folder: string) => SplitSet>> = {
  mnist: (folder) => images(join(folder, 'mnist')),
  'fashion-mnist': (folder) => images(join(folder, 'fashion-mnist')),
  optdigits: (folder) => table(folder, 'optdigits.tra.gz', 64),
  pima: (folder) => table(folder, 'pima-indians-diabetes.csv', 8),
};

export const SET_NAMES = Object.keys(SETS);

export function readSet(name: string, folder: string): SplitSet {
  const read = SETS[name];
  if (!read) throw new UsageError(`--sets knows ${SET_NAMES.join(', ')}, got "${name}".`);
  return read(folder);
}

type Model = Pick<PartialModelSpec, 'network' | 'posterior'> & { readonly forTables: boolean };

const hidden = (units: number): readonly LayerSpec[] => [
  { kind: 'dense', units },
  { kind: 'relu' },
];

const MODELS: Readonly<Record<string, Model>> = {
  'mc-dropout': {
    network: { layers: [...hidden(512), { kind: 'dropout' }, ...hidden(512), { kind: 'dropout' }] },
    posterior: { kind: 'mc-dropout', rate: 0.5 },
    forTables: true,
  },
  'mc-dropout-conv': {
    network: { preset: 'batchbald-conv' },
    posterior: { kind: 'mc-dropout', rate: 0.5 },
    forTables: false,
  },
  'mc-dropout-gal': {
    network: { preset: 'gal-conv' },
    posterior: { kind: 'mc-dropout', rate: 0.5 },
    forTables: false,
  },
  'mean-field': {
    network: { layers: [...hidden(256), ...hidden(256)] },
    posterior: { kind: 'mean-field', klScale: 0.1 },
    forTables: true,
  },
  laplace: {
    network: { layers: [...hidden(256), ...hidden(128)] },
    posterior: { kind: 'laplace-last-layer' },
    forTables: true,
  },
};

export const MODEL_NAMES = Object.keys(MODELS);

/** The spec of a model on a set; null where the model is for images and the set is none. */
export function specOf(
  name: string,
  { features, classes }: Dataset,
  epochs: number,
): PartialModelSpec | null {
  const model = MODELS[name];
  if (!model) throw new UsageError(`--models knows ${MODEL_NAMES.join(', ')}, got "${name}".`);
  const isImage = features.shape.length > 1;
  if (!isImage && !model.forTables) return null;
  return {
    network: model.network,
    input: { shape: features.shape },
    output: { kind: 'class', classes },
    ...(model.posterior ? { posterior: model.posterior } : {}),
    batchSize: 64,
    maxEpochs: epochs,
    patience: 5,
  };
}
