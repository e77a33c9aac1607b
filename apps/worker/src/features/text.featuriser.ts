import type { FeatureLayout } from './shard-layout.js';

export const textLayout = (buckets: number): FeatureLayout => ({
  shape: [buckets],
  dtype: 'float32',
  scale: 1,
  offset: 0,
});
