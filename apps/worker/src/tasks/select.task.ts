import {
  chooseQueue,
  decodeTrainingSet,
  joinPoolScores,
  type PoolScores,
  poolFigures,
  type QueueColumns,
  type QueueRequest,
  readExpectedLosses,
  readPoolScores,
  rowsOf,
  writePoolScores,
} from '@dubio/active-learning';
import type { AdaptiveSampling } from '@dubio/contracts';
import type { TaskContext } from '../compute/task-context.js';
import { type FeatureSource, poolOf } from '../features/feature-gather.js';
import { modelOf } from './engine.js';

export type SelectRequest = Pick<
  QueueRequest,
  'acquisition' | 'queueSize' | 'controlShare' | 'activeTestShare' | 'seed' | 'firstSamples'
> & {
  /** Scores of the shards, in order of the shards. */
  readonly scoreKeys: readonly string[];
  /** Items that were labelled or withdrawn since they were scored. */
  readonly gone: Int32Array;
  /** What the surrogate said of each shard; none where no active-test items are drawn. */
  readonly expectedLossKeys: readonly string[];
  /**
   * The most epistemic uncertainty there can be about an item, nats; null where nothing bounds it.
   */
  readonly mostEpistemic: number | null;
  readonly artifactKey: string;
  readonly trainingSetKey: string;
  readonly samples: number;
  readonly features: FeatureSource;
  /** Where the scores of the whole pool go. */
  readonly outputKey: string;
};

export type SelectResult = ReturnType<typeof poolFigures> & {
  readonly queue: QueueColumns;
  readonly adaptiveSampling: AdaptiveSampling | null;
};

/**
 * Reads what the shards have stored, has the queue chosen, and stores the scores of the whole pool.
 */
export async function select(
  request: SelectRequest,
  { store, settings, signal }: TaskContext<never>,
): Promise<SelectResult> {
  const parts: PoolScores[] = [];
  for (const key of request.scoreKeys) {
    signal.throwIfAborted();
    parts.push(readPoolScores(await store.get(key)));
  }
  const { expectedLossKeys, trainingSetKey, mostEpistemic } = request;
  const losses = await Promise.all(expectedLossKeys.map((key) => store.get(key)));
  const { queue, scores, adaptiveSampling } = await chooseQueue({
    ...request,
    scores: joinPoolScores(parts),
    gone: new Set(request.gone),
    expectedLosses: losses.map(readExpectedLosses),
    labelled: rowsOf(decodeTrainingSet(await store.get(trainingSetKey)), 'train').ordinals,
    pool: poolOf(store, request.features),
    model: modelOf(store, settings, request),
    signal,
  });
  await store.put(request.outputKey, writePoolScores(scores));
  return { queue, adaptiveSampling, ...poolFigures(scores, mostEpistemic) };
}
