import { type AskedFields, type Rows, rowWidth } from '@dubio/active-learning';
import { defaultDamping, permutation, stream } from '@dubio/bayes-core';
import type { ModelSpec } from '@dubio/contracts';

/**
 * How many partitions there really are: never more than rows to train on. 1 where labels are not
 * dealt out.
 */
export function partitionCount({ partitioned }: ModelSpec, trainingRows: number): number {
  if (partitioned === null) return 1;
  return Math.max(1, Math.min(partitioned.partitions, trainingRows));
}

/**
 * Training rows of each partition: dealt by chance of the seed, one after another, so that all
 * partitions know a little of all.
 */
export function dealRows(
  spec: ModelSpec,
  asked: AskedFields,
  { ordinals, targets }: Rows,
  seed: number,
): Rows[] {
  const partitions = partitionCount(spec, ordinals.length);
  const width = rowWidth(asked);
  const order = permutation(stream(seed).split('shards'), ordinals.length);
  return Array.from({ length: partitions }, (_, k) => {
    const places = order.filter((_place, at) => at % partitions === k).sort();
    return {
      ordinals: places.map((i) => ordinals[i]!),
      targets: Float64Array.from(
        [...places].flatMap((i) => [...targets.subarray(i * width, (i + 1) * width)]),
      ),
    };
  });
}

/**
 * The settings of one partition's fit in one round: the epochs of a training are shared out over
 * the rounds.
 */
export function partitionSpec(spec: ModelSpec): ModelSpec {
  const rounds = spec.partitioned?.rounds ?? 1;
  return { ...spec, maxEpochs: Math.ceil(spec.maxEpochs / rounds) };
}

/** As the project says, or as the numerics advise. */
export function dampingOf({ partitioned }: ModelSpec, partitions: number): number {
  return partitioned?.damping ?? defaultDamping(partitions);
}
