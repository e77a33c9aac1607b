import { join } from 'node:path';
import type { KernelRows, ScalingKind } from '@dubio/bayes-core';
import { readTable } from '../data/csv.js';
import { type Dataset, readImages } from '../data/dataset.js';
import { UsageError } from '../framework/bench.js';

/** Rows of one set, and how their columns are scaled. */
export type LabelledRows = {
  readonly rows: KernelRows;
  readonly labels: Int32Array;
  readonly classes: number;
  readonly scaling: ScalingKind;
};

const toRows = ({ features, labels, classes }: Dataset, scaling: ScalingKind): LabelledRows => {
  const { data, rows } = features;
  return {
    rows: { rows, columns: data.length / rows, values: Float64Array.from(data) },
    labels,
    classes,
    scaling,
  };
};

const table =
  (file: string, label: number, scaling: ScalingKind = 'columns') =>
  (folder: string) =>
    toRows(
      readTable(join(folder, 'tabular-classification', file), String(label), { hasHeader: false }),
      scaling,
    );
const images = (set: string) => (folder: string) => {
  const file = (part: string) => join(folder, set, `t10k-${part}-ubyte.gz`);
  return toRows(readImages(file('images-idx3'), file('labels-idx1')), 'together');
};

const SETS: Readonly<Record<string, (folder: string) => LabelledRows>> = {
  iris: table('iris.csv', 4),
  wine: table('wine.csv', 13),
  seeds: table('wheat-seeds.csv', 7),
  ionosphere: table('ionosphere.csv', 34),
  pima: table('pima-indians-diabetes.csv', 8),
  banknote: table('banknote_authentication.csv', 4),
  optdigits: table('optdigits.tra.gz', 64, 'together'),
  mnist: images('mnist'),
  'fashion-mnist': images('fashion-mnist'),
};

export const SET_NAMES = Object.keys(SETS);

export function readSet(name: string, folder: string): LabelledRows {
  const read = SETS[name];
  if (!read) throw new UsageError(`--sets knows ${SET_NAMES.join(', ')}, got "${name}".`);
  return read(folder);
}
