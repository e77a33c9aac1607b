import { stream } from '@dubio/bayes-core';
import { ComputeTaskError } from '../compute/compute-error.js';
import type { FeatureSource } from '../features/feature-gather.js';
import type { Services } from '../services.js';
import { emptyProgress, ProgressWriter } from './progress-writer.js';
import { roundKeys } from './round.repository.js';
import type { RoundClaim } from './round-claim.js';

/** What people read where it is not their model that fails. */
const SECOND_NETWORK = 'The second network, which active-test items are drawn by';

/**
 * A seed that follows from that of the round, so that the surrogate draws other first weights,
 * batches and masks.
 */
const surrogateSeed = (seed: number): number => stream(seed).split('surrogate').key[0] >>> 1;

/**
 * Trains the surrogate of a project that draws active-test items, once; what was killed goes on
 * from its checkpoint to the same bits.
 */
export async function ensureSurrogate(
  services: Services,
  { round, token, signal }: RoundClaim,
  model: { readonly features: FeatureSource; readonly modelKey: string },
): Promise<void> {
  if (round.policies.activeTestShare === 0) return;
  const keys = roundKeys(round);
  if ((await services.store.head(keys.surrogate.posterior)) !== null) return;
  const writer = new ProgressWriter(services, round, 'training', token);
  writer.update(emptyProgress('A second network begins, to draw active-test items by'));
  try {
    const { resumedFrom } = await services.compute.run(
      'fit-surrogate',
      {
        trainingSetKey: keys.trainingSet,
        surrogateSetKey: keys.surrogate.set,
        modelKey: model.modelKey,
        features: model.features,
        spec: round.modelSpec,
        seed: surrogateSeed(round.seed),
        checkpointKey: keys.surrogate.checkpoint,
        artifactKey: keys.surrogate.posterior,
      },
      {
        signal,
        onProgress: ({ epoch, loss, fraction }) =>
          writer.update({
            ...emptyProgress(`Second network, to draw active-test items by, epoch ${epoch}`),
            fraction,
            epoch,
            loss,
          }),
      },
    );
    if (resumedFrom)
      services.logger.info({ roundId: round.id }, 'the surrogate went on from a checkpoint');
  } catch (error) {
    throw error instanceof ComputeTaskError ? error.of(SECOND_NETWORK) : error;
  } finally {
    await writer.close();
  }
}
