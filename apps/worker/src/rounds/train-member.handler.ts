import { type JobHandler, type Queryable, sql, table } from '@dubio/platform';
import { withClaim } from '../claims/with-claim.js';
import { featureSourceOf } from '../features/feature-source.js';
import type { Services } from '../services.js';
import { enqueueStage } from './enqueue-stage.js';
import { countMembers } from './member.repository.js';
import { claimablePart, finishPart, MEMBER, type PartClaim } from './part-claim.js';
import { emptyProgress, ProgressWriter } from './progress-writer.js';
import { roundKeys } from './round.repository.js';

/** `round.train-member`: trains one network of an ensemble; the last one lets the round go on. */
export const createTrainMemberHandler =
  (services: Services): JobHandler<'round.train-member'> =>
  ({ roundId, member: index }, context) =>
    withClaim(services, context, claimablePart(MEMBER, { roundId, index }), (claim) =>
      trainMember(services, claim),
    );

async function trainMember(services: Services, claim: PartClaim): Promise<void> {
  const { round, index, signal } = claim;
  const db: Queryable = services.database.pool;
  const keys = roundKeys(round);
  const { partitioned } = round.modelSpec;
  const counts = await countMembers(db, round.id);
  const all = partitioned
    ? Math.max(counts.all, partitioned.partitions * partitioned.rounds)
    : counts.all;
  const what = partitioned ? 'Fit' : 'Network';
  const writer = new ProgressWriter(services, round, 'training', null);
  try {
    await services.compute.run(
      'fit',
      {
        trainingSetKey: keys.trainingSet,
        features: await featureSourceOf(db, round.featureSetId!),
        spec: round.modelSpec,
        seed: round.seed,
        ...(partitioned
          ? { member: null, partition: { index, taskKey: keys.partitionTask(index) } }
          : { member: index }),
        checkpointKey: keys.checkpoint(index),
        artifactKey: keys.member(index),
      },
      {
        signal,
        onProgress: ({ epoch, loss, fraction }) =>
          writer.update({
            ...emptyProgress(`${what} ${index + 1} of ${all}, epoch ${epoch}`),
            fraction: Math.min(1, (counts.done + fraction) / all),
            epoch,
            loss,
          }),
      },
    );
  } finally {
    await writer.close();
  }
  await services.database.transaction(async (tx) => {
    const written = sql`${table('round_member').artifact_key} = ${keys.member(index)}`;
    const left = await finishPart(tx, MEMBER, claim, written);
    if (left === 0) await enqueueStage(tx, 'round.train', round, `:join-${index}`);
  });
}
