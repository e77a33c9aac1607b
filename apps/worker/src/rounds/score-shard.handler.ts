import type { RoundProgress } from '@dubio/contracts';
import {
  db,
  execute,
  getRow,
  type JobHandler,
  listRows,
  lit,
  type Queryable,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from '@dubio/platform';
import { withClaim } from '../claims/with-claim.js';
import { featureSourceOf } from '../features/feature-source.js';
import { SHARD_ROWS } from '../features/shard-layout.js';
import type { Services } from '../services.js';
import { surrogateSamples } from '../tasks/surrogate-spec.js';
import { claimablePart, finishPart, type PartClaim, SHARD } from './part-claim.js';
import { publishProgress } from './progress-writer.js';
import { type RoundRow, roundKeys, scoringArtifact } from './round.repository.js';
import { beginSelecting } from './score.handler.js';

/** `round.score-shard`: scores the pool items of one shard; the last shard lets the round go on. */
export const createScoreShardHandler =
  (services: Services): JobHandler<'round.score-shard'> =>
  ({ roundId, shard: index }, context) => {
    const claimable = claimablePart(SHARD, { roundId, index }, (tx) =>
      execute(
        tx,
        db
          .updateTable('shard_score')
          .set({ worker_id: services.workerId })
          .where('round_id', '=', roundId)
          .where('index', '=', index),
      ),
    );
    return withClaim(services, context, claimable, (claim) => scoreOne(services, claim));
  };

async function scoreOne(services: Services, claim: PartClaim): Promise<void> {
  const { round, index, signal } = claim;
  const { pool } = services.database;
  const keys = roundKeys(round);
  await tellShardProgress(services, round);
  const features = await featureSourceOf(pool, round.featureSetId!);
  const shard = features.shards.find((candidate) => candidate.index === index);
  const ordinals = await poolOrdinals(pool, round.projectId, {
    from: index * SHARD_ROWS,
    to: index * SHARD_ROWS + (shard?.rows ?? 0),
  });
  const result = await services.compute.run(
    'score-shard',
    {
      features: { ...features, shards: shard ? [shard] : [] },
      ordinals,
      artifactKey: scoringArtifact(round),
      samples: round.modelSpec.samples,
      firstSamples: round.policies.firstSamples,
      rule: round.acquisition.rule,
      outputKey: keys.scores(index),
      surrogate:
        round.policies.activeTestShare > 0
          ? {
              artifactKey: keys.surrogate.posterior,
              samples: surrogateSamples(round.modelSpec),
              outputKey: keys.expectedLosses(index),
            }
          : null,
    },
    { signal },
  );
  await services.database.transaction(async (tx) => {
    const left = await finishPart(
      tx,
      SHARD,
      claim,
      sql`${shardScore.rows} = ${result.rows}, ${shardScore.blob_key} = ${keys.scores(index)},
        ${shardScore.summary} = ${JSON.stringify(result)}, ${shardScore.finished_at} = now()`,
    );
    if (left === 0) await beginSelecting(tx, round);
  });
  await tellShardProgress(services, round);
}

async function poolOrdinals(
  tx: Queryable,
  projectId: string,
  range: { from: number; to: number },
): Promise<Int32Array> {
  const rows = await listRows(
    tx,
    db
      .selectFrom('item')
      .select('ordinal')
      .where('project_id', '=', projectId)
      .where('split', '=', 'pool')
      .where('state', '=', 'pool')
      .where('ordinal', '>=', range.from)
      .where('ordinal', '<', range.to)
      .orderBy('ordinal'),
  );
  return Int32Array.from(rows, (row) => row.ordinal);
}

const shardScore = table('shard_score');
const s = table('shard_score', 's');
const r = table('round', 'r');

const FIGURES = row({
  states: sql<RoundProgress['shards'] | null>`array_agg(
    CASE WHEN ${s.state} = ${lit(s.state, 'cancelled')} THEN 'failed' ELSE ${s.state}::text END
    ORDER BY ${s.index})`,
  rows: sql<number>`sum(${s.rows})::int`,
  done: sql<number>`coalesce(sum(${s.rows}) FILTER (WHERE ${s.state} = ${lit(s.state, 'done')}), 0)::int`,
  seconds: sql<number>`extract(epoch FROM now() - min(${r.scoring_at}))::float8`,
  workers: sql<number>`greatest(1, count(DISTINCT ${s.worker_id}))::int`,
});

/** Shards of all workers together, as the page shows them. */
async function tellShardProgress(services: Services, round: RoundRow): Promise<void> {
  await services.database.transaction(async (tx) => {
    const { states, ...figures } = await getRow(
      tx,
      query`SELECT ${FIGURES} FROM ${s} JOIN ${r} ON ${r.id} = ${s.round_id}
        WHERE ${s.round_id} = ${round.id}`,
    );
    if (states === null) return;
    const progress = shardProgress({ states, ...figures });
    const written = await execute(
      tx,
      db
        .updateTable('round')
        .set({ progress: JSON.stringify(progress), heartbeat_at: sql`now()` })
        .where('id', '=', round.id)
        .where('state', '=', 'scoring'),
    );
    if (written === 1) await publishProgress(tx, round, 'scoring', progress);
  });
}

type ShardFigures = ShapeOf<typeof FIGURES> & { readonly states: RoundProgress['shards'] };

function shardProgress({ states, rows, done, seconds, workers }: ShardFigures): RoundProgress {
  const finished = states.filter((state) => state === 'done').length;
  const perSecond = done > 0 && seconds > 0 ? done / seconds : null;
  return {
    fraction: rows === 0 ? 1 : done / rows,
    message: `${finished} of ${states.length} shards`,
    epoch: null,
    loss: null,
    shards: states,
    shardRows: SHARD_ROWS,
    itemsPerSecond: perSecond,
    secondsLeft: perSecond === null ? null : (rows - done) / perSecond,
    workers,
  };
}
