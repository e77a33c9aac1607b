import { historyStopReasons, type QueueColumns } from '@dubio/active-learning';
import { mostDoubt, RoundMetrics } from '@dubio/contracts';
import { afterRoundEnds, publishQueue, type QueueEntryInput } from '@dubio/labelling';
import type { JobHandler, Queryable } from '@dubio/platform';
import { updateHeld } from '../claims/claim-table.js';
import { withClaim } from '../claims/with-claim.js';
import { featureSourceOf } from '../features/feature-source.js';
import type { Services } from '../services.js';
import type { SelectResult } from '../tasks/select.task.js';
import { publishRoundState, roundKeys, scoringArtifact } from './round.repository.js';
import { claimableRound, type RoundClaim } from './round-claim.js';
import { metricsAfterSelection } from './round-metrics.js';

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
  const db: Queryable = services.database.pool;
  const keys = roundKeys(round);
  const startedAt = performance.now();
  const shards = await db.query<{ index: number; blob_key: string }>(
    `SELECT index, blob_key FROM shard_score WHERE round_id = $1 AND state = 'done' ORDER BY index`,
    [round.id],
  );
  const hasTests = round.policies.testShare > 0;
  const testLossKeys = hasTests ? shards.rows.map(({ index }) => keys.testLosses(index)) : [];
  const result = await services.compute.run(
    'select',
    {
      scoreKeys: shards.rows.map((row) => row.blob_key),
      gone: await goneOrdinals(db, round.projectId),
      acquisition: round.acquisition,
      queueSize: round.policies.queueSize,
      controlShare: round.policies.controlShare,
      testShare: round.policies.testShare,
      testLossKeys,
      mostEpistemic: mostDoubt(round.labelSchema),
      seed: round.seed,
      artifactKey: scoringArtifact(round),
      trainingSetKey: keys.trainingSet,
      samples: round.modelSpec.samples,
      firstSamples: round.policies.firstSamples,
      features: await featureSourceOf(db, round.featureSetId!),
      outputKey: keys.pool,
    },
    { signal },
  );
  const entries = await toEntries(db, round.projectId, result);
  const seconds = (performance.now() - startedAt) / 1000;
  await services.database.transaction(async (client) => {
    const tx = client as Queryable;
    await publishQueue(tx, round.projectId, round.number, entries);
    const { rows } = await tx.query<{ metrics: unknown; seconds: number | null }>(
      `SELECT metrics, extract(epoch FROM selecting_at - scoring_at)::float8 AS seconds
         FROM round WHERE id = $1 FOR NO KEY UPDATE`,
      [round.id],
    );
    const before = RoundMetrics.parse(rows[0]?.metrics);
    const selected = metricsAfterSelection(before, result, {
      score: rows[0]?.seconds ?? null,
      select: seconds,
    });
    const history = [...(await metricsBefore(tx, round)), selected];
    const metrics = { ...selected, stop: historyStopReasons(history, round.policies) };
    await updateHeld(tx, claim, {
      set: `state = 'ready', ready_at = now(), finished_at = now(), claim_token = NULL,
            progress = NULL, metrics = $1`,
      values: [JSON.stringify(metrics)],
    });
    const older = await tx.query<{ id: string; number: number }>(
      `UPDATE round SET state = 'superseded' WHERE project_id = $1 AND id <> $2 AND state = 'ready'
       RETURNING id, number`,
      [round.projectId, round.id],
    );
    for (const { id, number } of older.rows) {
      await publishRoundState(tx, { id, projectId: round.projectId, number }, 'superseded');
    }
    await publishRoundState(tx, round, 'ready');
    await afterRoundEnds(tx, round.projectId);
  });
  const spent = [...shards.rows.map(({ blob_key }) => blob_key), ...testLossKeys];
  for (const key of spent) await services.store.delete(key);
}

/** Metrics of the rounds before that became ready, oldest first. */
async function metricsBefore(
  db: Queryable,
  { projectId, number }: RoundClaim['round'],
): Promise<RoundMetrics[]> {
  const { rows } = await db.query<{ metrics: unknown }>(
    `SELECT metrics FROM (
       SELECT number, metrics FROM round
        WHERE project_id = $1 AND number < $2 AND state IN ('ready', 'superseded') AND metrics IS NOT NULL
        ORDER BY number DESC LIMIT 20) AS recent
      ORDER BY number`,
    [projectId, number],
  );
  return rows.map((row) => RoundMetrics.parse(row.metrics));
}

/** Pool items that have left the pool, whenever they did. */
async function goneOrdinals(db: Queryable, projectId: string): Promise<Int32Array> {
  const { rows } = await db.query<{ ordinal: number }>(
    `SELECT ordinal FROM item WHERE project_id = $1 AND split = 'pool' AND state <> 'pool' ORDER BY ordinal`,
    [projectId],
  );
  return Int32Array.from(rows, (row) => row.ordinal);
}

async function toEntries(
  db: Queryable,
  projectId: string,
  { queue, classes }: SelectResult,
): Promise<QueueEntryInput[]> {
  const { rows } = await db.query<{ id: string; ordinal: number }>(
    `SELECT id, ordinal FROM item WHERE project_id = $1 AND ordinal = ANY($2::int[])`,
    [projectId, Array.from(queue.ordinal)],
  );
  const ids = new Map(rows.map((row) => [row.ordinal, row.id]));
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
