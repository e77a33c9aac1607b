/**
 * What version 0.1.0 stored of training in partitions, under the names of today; a round under way
 * goes on from it.
 */
export function upgradePartitioned(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null) return stored;
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [NAMES[name] ?? name, value]),
  );
}

const NAMES: Readonly<Record<string, string>> = {
  shard: 'partition',
  shards: 'partitions',
  shardRows: 'partitionRows',
};
