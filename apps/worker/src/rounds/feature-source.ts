import type { Queryable } from '@dubio/platform';
import { getFeatureSet, listShards } from '../features/feature-set.repository.js';
import type { FeatureSource } from '../tasks/feature-gather.js';

/** Where the features of a set lie now. */
export async function featureSourceOf(db: Queryable, featureSetId: string): Promise<FeatureSource> {
  const set = await getFeatureSet(db, featureSetId);
  return { layout: set.layout, shards: await listShards(db, set.id) };
}
