import { type AskedFields, type Rows, rowWidth } from '@dubio/active-learning';
import { defaultDamping, permutation, stream } from '@dubio/bayes-core';
import type { ModelSpec } from '@dubio/contracts';

/** How many shards there really are: never more than rows to train on. 1 where labels are not dealt out. */
export function shardCount({ partitioned }: ModelSpec, trainingRows: number): number {
  if (partitioned === null) return 1;
  return Math.max(1, Math.min(partitioned.shards, trainingRows));
}

/** Training rows of each shard: dealt by chance of the seed, one after another, so that all shards know a little of all. */
export function dealRows(
  spec: ModelSpec,
  asked: AskedFields,
  { ordinals, targets }: Rows,
  seed: number,
): Rows[] {
  const shards = shardCount(spec, ordinals.length);
  const width = rowWidth(asked);
  const order = permutation(stream(seed).split('shards'), ordinals.length);
  return Array.from({ length: shards }, (_, k) => {
    const places = order.filter((_place, at) => at % shards === k).sort();
    return {
      ordinals: places.map((i) => ordinals[i]!),
      targets: Float64Array.from(
        [...places].flatMap((i) => [...targets.subarray(i * width, (i + 1) * width)]),
      ),
    };
  });
}

/** The settings of one shard's fit in one round: the epochs of a training are shared out over the rounds. */
export function shardSpec(spec: ModelSpec): ModelSpec {
  const rounds = spec.partitioned?.rounds ?? 1;
  return { ...spec, maxEpochs: Math.ceil(spec.maxEpochs / rounds) };
}

/** As the project says, or as the numerics advise. */
export function dampingOf({ partitioned }: ModelSpec, shards: number): number {
  return partitioned?.damping ?? defaultDamping(shards);
}
