import { describeInputs, standardise, typicalClustering } from '@dubio/active-learning';
import type { TaskContext } from '../compute/task-context.js';
import { type FeatureSource, poolOf } from './feature-gather.js';

export type ColdStartRequest = {
  readonly features: FeatureSource;
  /** Items to choose among. */
  readonly ordinals: Int32Array;
  /** Items that are labelled or queued already; others like them come later. */
  readonly known: Int32Array;
  /** Different kinds of items to look for, and how many items to order. */
  readonly kinds: number;
  readonly count: number;
  readonly seed: number;
};
export type ColdStartResult = {
  /** In the order in which they should be asked. */
  readonly ordinals: Int32Array;
  readonly typicality: Float64Array;
};

/**
 * Typical items of different kinds, so that the first labels say something about the whole pool.
 * @see docs/decisions/0029
 */
export async function coldStart(
  { features, ordinals, known, kinds, count, seed }: ColdStartRequest,
  { store }: TaskContext<never>,
): Promise<ColdStartResult> {
  const pool = poolOf(store, features);
  const items = await describeInputs({ pool }, ordinals);
  const labelled = known.length === 0 ? null : await describeInputs({ pool }, known);
  const { positions, gains } = typicalClustering({
    features: standardise(items, items),
    labelled: labelled === null ? undefined : standardise(labelled, items),
    batchSize: kinds,
    queueSize: count,
    seed,
    keys_N: ordinals,
  });
  return { ordinals: positions.map((n) => ordinals[n]!), typicality: gains };
}
