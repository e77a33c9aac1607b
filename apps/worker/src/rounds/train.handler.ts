import { gateVerdict } from '@dubio/active-learning';
import { chooseNetwork, compressedModelOf, ModelId } from '@dubio/contracts';
import { type JobHandler, lit, newId, publishEvent, sql, table } from '@dubio/platform';
import { updateHeld } from '../claims/claim-table.js';
import { withClaim } from '../claims/with-claim.js';
import type { FeatureSource } from '../features/feature-gather.js';
import { featureSourceOf } from '../features/feature-source.js';
import type { Services } from '../services.js';
import { ensureTrainingSet } from './build-training-set.js';
import { enqueueStage } from './enqueue-stage.js';
import { countMembers } from './member.repository.js';
import { compressionReport, findPromotedModel, putModel } from './model.repository.js';
import { emptyProgress, ProgressWriter } from './progress-writer.js';
import { publishRoundState, roundKeys } from './round.repository.js';
import { claimableRound, LET_GO, type RoundClaim } from './round-claim.js';
import { metricsAfterTraining } from './round-metrics.js';
import { spreadMembers } from './spread-members.js';
import { trainInPartitions } from './train-in-partitions.js';
import { ensureSurrogate } from './train-surrogate.js';

/** `round.train`: fixes the labels, trains, judges, stores the model, and hands on to scoring. */
export const createTrainHandler =
  (services: Services): JobHandler<'round.train'> =>
  ({ roundId }, context) =>
    withClaim(
      services,
      context,
      claimableRound({ roundId, from: ['queued', 'training'], state: 'training' }),
      (claim) => train(services, claim),
    );

async function train(services: Services, claim: RoundClaim): Promise<void> {
  const { round, signal } = claim;
  const db = services.database.pool;
  const startedAt = performance.now();
  const { set, featureSetId } = await ensureTrainingSet(db, services.store, claim);
  const features = await featureSourceOf(db, featureSetId);
  const { posterior } = round.modelSpec;
  const memberKeys: string[] = [];
  if (posterior.kind === 'ensemble') {
    const done = await countMembers(db, round.id);
    if (done.all < posterior.members || done.done < posterior.members) {
      return spreadMembers(services, claim, { first: 0, count: posterior.members });
    }
    for (let i = 0; i < posterior.members; i++) memberKeys.push(roundKeys(round).member(i));
  } else if (round.modelSpec.partitioned) {
    if (!(await trainInPartitions(services, claim, { features, set }))) return;
  } else if ((await services.store.head(roundKeys(round).posterior)) === null) {
    await fitOne(services, claim, features);
  }
  signal.throwIfAborted();
  await ensureSurrogate(services, claim, {
    features,
    modelKey: memberKeys[0] ?? roundKeys(round).posterior,
  });
  await finishTraining(services, claim, { features, featureSetId, memberKeys, startedAt });
}

async function fitOne(
  services: Services,
  claim: RoundClaim,
  features: FeatureSource,
): Promise<void> {
  const { round, token, signal } = claim;
  const keys = roundKeys(round);
  const writer = new ProgressWriter(services, round, 'training', token);
  const startedAt = performance.now();
  writer.update(emptyProgress('Training begins'));
  try {
    const { resumedFrom } = await services.compute.run(
      'fit',
      {
        trainingSetKey: keys.trainingSet,
        features,
        spec: round.modelSpec,
        seed: round.seed,
        member: null,
        checkpointKey: keys.checkpoint(null),
        artifactKey: keys.posterior,
      },
      {
        signal,
        onProgress: ({ epoch, loss, fraction }) => {
          const seconds = (performance.now() - startedAt) / 1000;
          writer.update({
            ...emptyProgress(`Epoch ${epoch}`),
            fraction,
            epoch,
            loss,
            secondsLeft: fraction > 0 ? (seconds * (1 - fraction)) / fraction : null,
          });
        },
      },
    );
    if (resumedFrom)
      services.logger.info({ roundId: round.id }, 'training went on from a checkpoint');
  } finally {
    await writer.close();
  }
}

async function finishTraining(
  services: Services,
  claim: RoundClaim,
  trained: {
    features: FeatureSource;
    featureSetId: string;
    memberKeys: readonly string[];
    startedAt: number;
  },
): Promise<void> {
  const { round, signal } = claim;
  const keys = roundKeys(round);
  const promoted = await findPromotedModel(services.database.pool, round);
  const comparable = promoted?.featureSetId === trained.featureSetId ? promoted : null;
  const result = await services.compute.run(
    'evaluate',
    {
      trainingSetKey: keys.trainingSet,
      features: trained.features,
      memberKeys: trained.memberKeys,
      artifactKey: keys.posterior,
      onnxKey: keys.onnx,
      fastOnnxKey: keys.fastOnnx,
      compressedKeys: keys.compressed,
      samples: round.modelSpec.samples,
      previous: comparable,
    },
    { signal },
  );
  const verdict = gateVerdict(result.comparison);
  const gate = round.policies.gate ? verdict : { ...verdict, passed: true };
  const compression = compressionReport(result);
  const compressed = compressedModelOf({ gate: compression?.gate ?? null, isStored: true });
  const scoredBy = chooseNetwork(round.policies.useCompressedModel, compressed);
  await services.database.transaction(async (tx) => {
    const modelId = await putModel(tx, round, {
      id: newId(),
      result,
      gate,
      artifactKey: keys.posterior,
      onnxKey: keys.onnx,
      fastOnnxKey: result.fastProblem === null ? keys.fastOnnx : null,
      compressed:
        compression && result.compression
          ? { report: compression, keys: keys.compressed, hasFast: result.compression.hasFast }
          : null,
    });
    const metrics = metricsAfterTraining(round, result, {
      startedAt: trained.startedAt,
      scoredBy,
    });
    const { state, scoring_at, progress, metrics: figures } = table('round');
    await updateHeld(
      tx,
      claim,
      sql`${state} = ${lit(state, 'scoring')}, ${scoring_at} = now(), ${progress} = NULL,
        ${figures} = ${JSON.stringify(metrics)}, ${LET_GO}`,
    );
    await publishRoundState(tx, round, 'scoring');
    await publishEvent(tx, round.projectId, {
      type: 'model.ready',
      modelId: ModelId.parse(modelId),
      roundNumber: round.number,
    });
    await enqueueStage(tx, 'round.score', round);
  });
}
