import { historyStopReasons, type QueueColumns } from '@dubio/active-learning';
import { mostDoubt, RoundMetrics } from '@dubio/contracts';
import { afterRoundEnds, publishQueue, type QueueEntryInput } from '@dubio/labelling';
import {
  db,
  getRow,
  type JobHandler,
  listRows,
  type Queryable,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';
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
  const { pool } = services.database;
  const keys = roundKeys(round);
  const startedAt = performance.now();
  const shards = await listScored(pool, round.id);
  const hasTests = round.policies.testShare > 0;
  const testLossKeys = hasTests ? shards.map(({ index }) => keys.testLosses(index)) : [];
  const result = await services.compute.run(
    'select',
    {
      scoreKeys: shards.map(({ key }) => key),
      gone: await goneOrdinals(pool, round.projectId),
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
      features: await featureSourceOf(pool, round.featureSetId!),
      outputKey: keys.pool,
    },
    { signal },
  );
  const entries = await toEntries(pool, round.projectId, result);
  const seconds = (performance.now() - startedAt) / 1000;
  await services.database.transaction(async (tx) => {
    await publishQueue(tx, round.projectId, round.number, entries);
    const scored = await getRow(
      tx,
      query`SELECT ${SCORED} FROM ${r} WHERE ${r.id} = ${round.id} FOR NO KEY UPDATE`,
    );
    const before = RoundMetrics.parse(scored.metrics);
    const selected = metricsAfterSelection(before, result, {
      score: scored.seconds,
      select: seconds,
    });
    const history = [...(await metricsBefore(tx, round)), selected];
    const metrics = { ...selected, stop: historyStopReasons(history, round.policies) };
    await updateHeld(
      tx,
      claim,
      sql`${set.state} = 'ready', ${set.ready_at} = now(), ${set.finished_at} = now(),
        ${set.claim_token} = NULL, ${set.progress} = NULL,
        ${set.metrics} = ${JSON.stringify(metrics)}`,
    );
    const older = await listRows(
      tx,
      db
        .updateTable('round')
        .set({ state: 'superseded' })
        .where('project_id', '=', round.projectId)
        .where('id', '<>', round.id)
        .where('state', '=', 'ready')
        .returning(['id', 'number']),
    );
    for (const { id, number } of older) {
      await publishRoundState(tx, { id, projectId: round.projectId, number }, 'superseded');
    }
    await publishRoundState(tx, round, 'ready');
    await afterRoundEnds(tx, round.projectId);
  });
  const spent = [...shards.map(({ key }) => key), ...testLossKeys];
  for (const key of spent) await services.store.delete(key);
}

const set = table('round');
const r = table('round', 'r');
const i = table('item', 'i');

const SCORED = row({
  metrics: r.metrics,
  seconds: sql<number | null>`extract(epoch FROM ${r.selecting_at} - ${r.scoring_at})::float8`,
});

/** Where the scores of each shard lie. */
function listScored(tx: Queryable, roundId: string): Promise<{ index: number; key: string }[]> {
  return listRows(
    tx,
    db
      .selectFrom('shard_score')
      .select(['index', 'blob_key as key'])
      .where('round_id', '=', roundId)
      .where('state', '=', 'done')
      .orderBy('index')
      .$narrowType<{ key: string }>(),
  );
}

/** Metrics of the rounds before that became ready, oldest first. */
async function metricsBefore(
  tx: Queryable,
  { projectId, number }: RoundClaim['round'],
): Promise<RoundMetrics[]> {
  const newestFirst = await listRows(
    tx,
    db
      .selectFrom('round')
      .select('metrics')
      .where('project_id', '=', projectId)
      .where('number', '<', number)
      .where('state', 'in', ['ready', 'superseded'])
      .where('metrics', 'is not', null)
      .orderBy('number', 'desc')
      .limit(20),
  );
  return newestFirst.reverse().map(({ metrics }) => RoundMetrics.parse(metrics));
}

/** Pool items that have left the pool, whenever they did. */
async function goneOrdinals(tx: Queryable, projectId: string): Promise<Int32Array> {
  const rows = await listRows(
    tx,
    db
      .selectFrom('item')
      .select('ordinal')
      .where('project_id', '=', projectId)
      .where('split', '=', 'pool')
      .where('state', '<>', 'pool')
      .orderBy('ordinal'),
  );
  return Int32Array.from(rows, ({ ordinal }) => ordinal);
}

async function toEntries(
  tx: Queryable,
  projectId: string,
  { queue, classes }: SelectResult,
): Promise<QueueEntryInput[]> {
  const rows = await listRows(
    tx,
    query`SELECT ${row({ id: i.id, ordinal: i.ordinal })} FROM ${i}
      WHERE ${i.project_id} = ${projectId} AND ${i.ordinal} = ANY(${Array.from(queue.ordinal)}::int[])`,
  );
  const ids = new Map(rows.map(({ id, ordinal }) => [ordinal, id]));
  return Array.from(queue.ordinal).flatMap((ordinal, at) => {
    const itemId = ids.get(ordinal);
    return itemId === undefined ? [] : [toEntry(itemId, queue, at, classes)];
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
