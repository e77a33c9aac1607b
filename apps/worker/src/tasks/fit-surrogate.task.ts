import { decodeTrainingSet, encodeTrainingSet } from '@dubio/active-learning';
import { loadPosterior } from '@dubio/bayes-core';
import type { TaskContext } from '../compute/task-context.js';
import { type FitProgress, type FitRequest, type FitResult, fit } from './fit.task.js';
import { surrogateEpochs, surrogateSet, surrogateSpec } from './surrogate-spec.js';

export type FitSurrogateRequest = Omit<FitRequest, 'member' | 'partition'> & {
  /** The model under test, or a member of it: how long it trained. */
  readonly modelKey: string;
  /** Where the labels of the surrogate go. */
  readonly surrogateSetKey: string;
};

/**
 * Trains the surrogate of active testing: another network, from another seed, on all labels that
 * there are.
 * @see Kossen, Farquhar, Gal & Rainforth 2021 section 4
 */
export async function fitSurrogate(
  request: FitSurrogateRequest,
  context: TaskContext<FitProgress>,
): Promise<FitResult> {
  const { store } = context;
  const { modelKey, surrogateSetKey, trainingSetKey, spec, ...rest } = request;
  const set = decodeTrainingSet(await store.get(trainingSetKey));
  const { history } = loadPosterior(await store.get(modelKey));
  await store.put(surrogateSetKey, encodeTrainingSet(surrogateSet(set)));
  return fit(
    {
      ...rest,
      trainingSetKey: surrogateSetKey,
      spec: surrogateSpec(spec, surrogateEpochs(spec, history)),
      member: null,
    },
    context,
  );
}
