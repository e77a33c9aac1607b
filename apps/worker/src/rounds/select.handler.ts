import { historyStopReasons, type QueueColumns } from '@dubio/active-learning';
import { maxUncertainty } from '@dubio/contracts';
import { afterRoundEnds, publishQueue, type QueueEntryInput } from '@dubio/labelling';
import { type JobHandler, lit, type Queryable, sql, table } from '@dubio/platform';
import { updateHeld } from '../claims/claim-table.js';
import { withClaim } from '../claims/with-claim.js';
import { featureSourceOf } from '../features/feature-source.js';
import type { Services } from '../services.js';
import type { SelectResult } from '../tasks/select.task.js';
import { publishRoundState, roundKeys, scoringArtifact } from './round.repository.js';
import { claimableRound, type RoundClaim } from './round-claim.js';
import { metricsAfterSelection } from './round-metrics.js';
import {
  goneOrdinals,
  itemIds,
  listScored,
  lockScored,
  metricsBefore,
  supersedeOlder,
} from './select.repository.js';

const set = table('round');

/** `round.select`: merges the shards, orders the pool, and takes the new queue into use. */
export const createSelectHandler =
  (services: Services): JobHandler<'round.select'> =>
  ({ roundId }, context) =>
    withClaim(
      services,
      context,
      claimableRound({ roundId, from: ['selecting'], state: 'selecting' }),
      (claim) => select(services, claim),
    );

async function select(services: Services, claim: RoundClaim): Promise<void> {
  const { round, signal } = claim;
  const { pool } = services.database;
  const keys = roundKeys(round);
  const startedAt = performance.now();
  const shards = await listScored(pool, round.id);
  const hasActiveTests = round.policies.activeTestShare > 0;
  const expectedLossKeys = hasActiveTests
    ? shards.map(({ index }) => keys.expectedLosses(index))
    : [];
  const result = await services.compute.run(
    'select',
    {
      scoreKeys: shards.map(({ key }) => key),
      gone: await goneOrdinals(pool, round.projectId),
      acquisition: round.acquisition,
      queueSize: round.policies.queueSize,
      controlShare: round.policies.controlShare,
      activeTestShare: round.policies.activeTestShare,
      expectedLossKeys,
      mostEpistemic: maxUncertainty(round.labelSchema),
      seed: round.seed,
      artifactKey: scoringArtifact(round),
      trainingSetKey: keys.trainingSet,
      samples: round.modelSpec.samples,
      firstSamples: round.policies.firstSamples,
      features: await featureSourceOf(pool, round.featureSetId!),
      outputKey: keys.pool,
    },
    { signal },
  );
  const entries = await toEntries(pool, round.projectId, result);
  const seconds = (performance.now() - startedAt) / 1000;
  await services.database.transaction(async (tx) => {
    await publishQueue(tx, round.projectId, round.number, entries);
    const before = await lockScored(tx, round.id);
    const selected = metricsAfterSelection(before.metrics, result, {
      score: before.seconds,
      select: seconds,
    });
    const history = [...(await metricsBefore(tx, round)), selected];
    const metrics = { ...selected, stop: historyStopReasons(history, round.policies) };
    await updateHeld(
      tx,
      claim,
      sql`${set.state} = ${lit(set.state, 'ready')}, ${set.ready_at} = now(), ${set.finished_at} = now(),
        ${set.claim_token} = NULL, ${set.progress} = NULL,
        ${set.metrics} = ${JSON.stringify(metrics)}`,
    );
    for (const older of await supersedeOlder(tx, round)) {
      await publishRoundState(tx, { projectId: round.projectId, ...older }, 'superseded');
    }
    await publishRoundState(tx, round, 'ready');
    await afterRoundEnds(tx, round.projectId);
  });
  const spent = [...shards.map(({ key }) => key), ...expectedLossKeys];
  for (const key of spent) await services.store.delete(key);
}

async function toEntries(
  tx: Queryable,
  projectId: string,
  { queue, classes }: SelectResult,
): Promise<QueueEntryInput[]> {
  const ids = await itemIds(tx, projectId, queue.ordinal);
  return Array.from(queue.ordinal).flatMap((ordinal, i) => {
    const itemId = ids.get(ordinal);
    return itemId === undefined ? [] : [toEntry(itemId, queue, i, classes)];
  });
}

function toEntry(itemId: string, queue: QueueColumns, i: number, classes: number): QueueEntryInput {
  const isClass = classes > 0;
  return {
    itemId,
    origin: queue.origin[i]!,
    score: queue.score[i]!,
    total: queue.total[i]!,
    aleatoric: queue.aleatoric[i]!,
    epistemic: queue.epistemic[i]!,
    quantile: queue.quantile[i]!,
    predicted: isClass && queue.predicted[i]! >= 0 ? queue.predicted[i]! : null,
    mean: isClass ? null : queue.mean[i]!,
    votes: isClass ? Array.from(queue.votes.subarray(i * classes, (i + 1) * classes)) : null,
    draw:
      queue.drawChance[i]! > 0
        ? { chance: queue.drawChance[i]!, among: queue.drawnAmong[i]! }
        : null,
  };
}
