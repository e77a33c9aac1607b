import { askedFields, decodeTrainingSet, rowsOf, type TrainingSet } from '@dubio/active-learning';
import {
  beginPartitioned,
  judgeRound,
  loadPartitioned,
  loadPosterior,
  type PartitionedState,
  partitionedPosterior,
  partitionTask,
  pooledScale,
  savePartitioned,
  savePartitionTask,
  updateSites,
} from '@dubio/bayes-core';
import type { ModelSpec } from '@dubio/contracts';
import type { TaskContext } from '../compute/task-context.js';
import type { FeatureSource } from '../features/feature-gather.js';
import { engineOf } from './engine.js';
import { toCoreTargets, trainingRows } from './fit.task.js';
import { toCoreSpec } from './model-spec.mapper.js';
import { dampingOf, dealRows, partitionSpec } from './partitions.js';

export type UpdatePartitionsRequest = {
  readonly trainingSetKey: string;
  readonly features: FeatureSource;
  readonly spec: ModelSpec;
  readonly seed: number;
  /** The state before and its partitions' answers; null before the first round. */
  readonly before: { readonly stateKey: string; readonly answerKeys: readonly string[] } | null;
  readonly stateKey: string;
  /** Where the tasks of the next round go, partition by partition, or the posterior of the last. */
  readonly next: { readonly taskKeys: readonly string[] } | { readonly posteriorKey: string };
};
export type UpdatePartitionsResult = { readonly shortened: number };

/**
 * The server's step of training in partitions: multiplies the answers of one round, and writes what
 * the next begins with.
 */
export async function updatePartitions(
  request: UpdatePartitionsRequest,
  context: TaskContext<never>,
): Promise<UpdatePartitionsResult> {
  const { store } = context;
  const { before, spec, next } = request;
  const set = decodeTrainingSet(await store.get(request.trainingSetKey));
  let shortened = 0;
  let state: PartitionedState;
  if (before === null) state = await firstState(request, set, context);
  else {
    const answers = [];
    for (const key of before.answerKeys) answers.push(loadPosterior(await store.get(key)));
    const update = updateSites(
      loadPartitioned(await store.get(before.stateKey)),
      answers,
      dampingOf(spec, answers.length),
    );
    shortened = update.shortened;
    state = await judged(update.state, request, set, context);
  }
  context.signal.throwIfAborted();
  await store.put(request.stateKey, savePartitioned(state));
  if ('posteriorKey' in next)
    await store.put(next.posteriorKey, partitionedPosterior(state).save());
  else
    for (const [k, key] of next.taskKeys.entries())
      await store.put(key, savePartitionTask(partitionTask(state, k)));
  return { shortened };
}

/**
 * The state with what validation rows say of its round, so that the best round is kept; as it is
 * where there are none.
 */
async function judged(
  state: PartitionedState,
  { features }: UpdatePartitionsRequest,
  set: TrainingSet,
  { store, settings }: TaskContext<never>,
): Promise<PartitionedState> {
  const validation = await trainingRows(store, features, set, rowsOf(set, 'validation'));
  if (!validation) return state;
  return judgeRound({ engine: await engineOf(settings), state, validation });
}

async function firstState(
  { spec, seed, features }: UpdatePartitionsRequest,
  set: TrainingSet,
  { store }: TaskContext<never>,
): Promise<PartitionedState> {
  return beginPartitioned({
    spec: toCoreSpec(partitionSpec(spec), features.layout.shape, askedFields(set)),
    seed,
    partitionRows: dealRows(spec, set, rowsOf(set, 'train'), seed).map(
      ({ ordinals }) => ordinals.length,
    ),
    targetScale: pooledScale([toCoreTargets(set, rowsOf(set, 'train').targets)]),
    prior: set.prior ? loadPosterior(await store.get(set.prior.artifactKey)) : undefined,
  });
}
