import { stream, subset } from '@dubio/bayes-core';
import { type Dataset, takeRows } from '../data/dataset.js';

export const SPLITS = ['even', 'by-class'] as const;
export type Split = (typeof SPLITS)[number];

/**
 * K shards of the same size (give or take one): of rows drawn by chance, or of rows sorted by class and cut, so that a
 * shard knows about C / K of the C classes and no other.
 */
export function splitShards(dataset: Dataset, shards: number, split: Split): Dataset[] {
  const { rows } = dataset.features;
  const drawn = [...subset(stream(0).split('shards'), rows, rows)];
  const order =
    split === 'even' ? drawn : drawn.sort((a, b) => dataset.labels[a]! - dataset.labels[b]!);
  return Array.from({ length: shards }, (_, k) =>
    takeRows(
      dataset,
      order.slice(Math.floor((k * rows) / shards), Math.floor(((k + 1) * rows) / shards)),
    ),
  );
}
