import type { Pool } from '@dubio/active-learning';
import type { FeatureMatrix } from '@dubio/bayes-core';
import type { ObjectStore } from '@dubio/platform';
import {
  allocateFeatures,
  type FeatureArray,
  type FeatureLayout,
  featuresPerItem,
  readShard,
  rowOf,
  shardOf,
} from './shard-layout.js';

/** Where the features of a project lie. */
export type FeatureSource = {
  readonly layout: FeatureLayout;
  readonly shards: readonly {
    readonly index: number;
    readonly rows: number;
    readonly blobKey: string;
  }[];
};

export function toMatrix(values: FeatureArray, rows: number, layout: FeatureLayout): FeatureMatrix {
  const base = { data: values, rows, shape: layout.shape };
  if (layout.dtype === 'float32') return base;
  return { ...base, scale: layout.scale, offset: layout.offset };
}

/**
 * Collects the features of some items, in the order asked for; each shard is read once.
 * @throws Error when an item has no features yet
 */
export async function gatherFeatures(
  store: ObjectStore,
  source: FeatureSource,
  ordinals: Int32Array,
): Promise<FeatureMatrix> {
  const { layout } = source;
  const width = featuresPerItem(layout.shape);
  const values = allocateFeatures(layout.dtype, ordinals.length * width);
  const wanted = new Map<number, number[]>();
  ordinals.forEach((ordinal, place) => {
    const places = wanted.get(shardOf(ordinal));
    if (places) places.push(place);
    else wanted.set(shardOf(ordinal), [place]);
  });
  for (const [index, places] of wanted) {
    const shard = source.shards.find((candidate) => candidate.index === index);
    if (!shard) throw new Error(`Feature shard ${index} is missing. Compute the features again.`);
    const stored = readShard(await store.get(shard.blobKey), shard.rows, layout);
    for (const place of places) {
      const row = rowOf(ordinals[place]!);
      if (row >= shard.rows) throw new Error(`Item ${ordinals[place]} has no features yet.`);
      values.set(stored.subarray(row * width, (row + 1) * width), place * width);
    }
  }
  return toMatrix(values, ordinals.length, layout);
}

/** The features of a project as a pool whose keys are ordinals. */
export const poolOf = (store: ObjectStore, source: FeatureSource): Pool => ({
  features: (ordinals) => gatherFeatures(store, source, ordinals),
});
