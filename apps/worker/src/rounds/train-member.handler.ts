import type { JobHandler, Queryable } from '@dubio/platform';
import type { Services } from '../services.js';
import { enqueueStage } from './enqueue-stage.js';
import { featureSourceOf } from './feature-source.js';
import { countMembers } from './member.repository.js';
import { finishPart, type PartClaim, type PartKind, runPart } from './part-stage.js';
import { emptyProgress, ProgressWriter } from './progress-writer.js';
import { roundKeys } from './round.repository.js';

const MEMBER: PartKind = {
  table: 'round_member',
  roundState: 'training',
  subject: (index, { modelSpec }) =>
    modelSpec.partitioned
      ? `Fit ${index + 1} of the shards`
      : `Member ${index + 1} of the ensemble`,
};

/** `round.train-member`: trains one network of an ensemble; the last one lets the round go on. */
export const createTrainMemberHandler =
  (services: Services): JobHandler<'round.train-member'> =>
  (payload, context) =>
    runPart(
      services,
      context,
      { ...MEMBER, roundId: payload.roundId, index: payload.member },
      (claim) => trainMember(services, claim),
    );

async function trainMember(services: Services, claim: PartClaim): Promise<void> {
  const { round, index, signal } = claim;
  const db: Queryable = services.database.pool;
  const keys = roundKeys(round);
  const { partitioned } = round.modelSpec;
  const counts = await countMembers(db, round.id);
  const all = partitioned
    ? Math.max(counts.all, partitioned.shards * partitioned.rounds)
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
          ? { member: null, shard: { index, taskKey: keys.shardTask(index) } }
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
  await services.database.transaction(async (client) => {
    const tx = client as Queryable;
    const left = await finishPart(tx, MEMBER, claim, {
      assignments: 'artifact_key = $4',
      values: [keys.member(index)],
    });
    if (left === 0) await enqueueStage(tx, 'round.train', round, `:join-${index}`);
  });
}
