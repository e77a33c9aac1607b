import type { Queryable } from '@dubio/platform';
import type { FeatureSource } from './feature-gather.js';
import { getFeatureSet, listShards } from './feature-set.repository.js';

/** Where the features of a set lie now. */
export async function featureSourceOf(db: Queryable, featureSetId: string): Promise<FeatureSource> {
  const set = await getFeatureSet(db, featureSetId);
  return { layout: set.layout, shards: await listShards(db, set.id) };
}
