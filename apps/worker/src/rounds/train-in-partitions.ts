import { rowsOf, type TrainingSet } from '@dubio/active-learning';
import type { FeatureSource } from '../features/feature-gather.js';
import type { Services } from '../services.js';
import { partitionCount } from '../tasks/partitions.js';
import { countMembers } from './member.repository.js';
import { roundKeys } from './round.repository.js';
import type { RoundClaim } from './round-claim.js';
import { spreadMembers } from './spread-members.js';

/**
 * The server of partitioned variational inference. Rows of `round_member` are the fits, K for each
 * of its rounds; when all that there are have been done, the next step follows from their number
 * alone: multiply the answers, then either write the tasks of K more fits and let go of the round,
 * or the posterior. A step that is done twice writes the same bytes. Answers whether the posterior
 * is there.
 * @see docs/decisions/0131
 */
export async function trainInPartitions(
  services: Services,
  claim: RoundClaim,
  { features, set }: { readonly features: FeatureSource; readonly set: TrainingSet },
): Promise<boolean> {
  const { round, signal } = claim;
  const keys = roundKeys(round);
  const partitions = partitionCount(round.modelSpec, rowsOf(set, 'train').ordinals.length);
  const rounds = round.modelSpec.partitioned?.rounds ?? 1;
  const { all, done } = await countMembers(services.database.pool, round.id);
  if (done < all) {
    await spreadMembers(services, claim, { first: all - partitions, count: partitions });
    return false;
  }
  const finished = all / partitions;
  const fits = (of: number) => Array.from({ length: partitions }, (_, k) => of * partitions + k);
  const { shortened } = await services.compute.run(
    'update-partitions',
    {
      trainingSetKey: keys.trainingSet,
      features,
      spec: round.modelSpec,
      seed: round.seed,
      before:
        finished === 0
          ? null
          : {
              stateKey: keys.partitionState(finished - 1),
              answerKeys: fits(finished - 1).map(keys.member),
            },
      stateKey: keys.partitionState(finished),
      next:
        finished === rounds
          ? { posteriorKey: keys.posterior }
          : { taskKeys: fits(finished).map(keys.partitionTask) },
    },
    { signal },
  );
  if (shortened > 0)
    services.logger.info(
      { roundId: round.id, step: finished, weights: shortened },
      'steps of some weights were shortened to keep every factor proper',
    );
  if (finished === rounds) return true;
  await spreadMembers(services, claim, { first: finished * partitions, count: partitions });
  return false;
}
