import type { RoundProgress } from '@dubio/contracts';
import type { JobHandler, Queryable } from '@dubio/platform';
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
      tx.query('UPDATE shard_score SET worker_id = $3 WHERE round_id = $1 AND index = $2', [
        roundId,
        index,
        services.workerId,
      ]),
    );
    return withClaim(services, context, claimable, (claim) => scoreOne(services, claim));
  };

async function scoreOne(services: Services, claim: PartClaim): Promise<void> {
  const { round, index, signal } = claim;
  const db: Queryable = services.database.pool;
  const keys = roundKeys(round);
  await tellShardProgress(services, round);
  const features = await featureSourceOf(db, round.featureSetId!);
  const shard = features.shards.find((candidate) => candidate.index === index);
  const ordinals = await poolOrdinals(db, round.projectId, {
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
        round.policies.testShare > 0
          ? {
              artifactKey: keys.surrogate.posterior,
              samples: surrogateSamples(round.modelSpec),
              outputKey: keys.testLosses(index),
            }
          : null,
    },
    { signal },
  );
  await services.database.transaction(async (client) => {
    const tx = client as Queryable;
    const left = await finishPart(tx, SHARD, claim, {
      set: 'rows = $1, blob_key = $2, summary = $3, finished_at = now()',
      values: [result.rows, keys.scores(index), JSON.stringify(result)],
    });
    if (left === 0) await beginSelecting(tx, round);
  });
  await tellShardProgress(services, round);
}

async function poolOrdinals(
  db: Queryable,
  projectId: string,
  range: { from: number; to: number },
): Promise<Int32Array> {
  const { rows } = await db.query<{ ordinal: number }>(
    `SELECT ordinal FROM item WHERE project_id = $1 AND split = 'pool' AND state = 'pool'
        AND ordinal >= $2 AND ordinal < $3 ORDER BY ordinal`,
    [projectId, range.from, range.to],
  );
  return Int32Array.from(rows, (row) => row.ordinal);
}

type ShardFigures = {
  states: RoundProgress['shards'];
  rows: number;
  done: number;
  seconds: number;
  workers: number;
};

/** Shards of all workers together, as the page shows them. */
async function tellShardProgress(services: Services, round: RoundRow): Promise<void> {
  await services.database.transaction(async (client) => {
    const tx = client as Queryable;
    const { rows } = await tx.query<ShardFigures>(
      `SELECT array_agg(CASE WHEN s.state = 'cancelled' THEN 'failed' ELSE s.state::text END ORDER BY s.index) AS states,
              sum(s.rows)::int AS rows, coalesce(sum(s.rows) FILTER (WHERE s.state = 'done'), 0)::int AS done,
              extract(epoch FROM now() - min(r.scoring_at))::float8 AS seconds,
              greatest(1, count(DISTINCT s.worker_id))::int AS workers
         FROM shard_score s JOIN round r ON r.id = s.round_id WHERE s.round_id = $1`,
      [round.id],
    );
    const figures = rows[0];
    if (!figures?.states) return;
    const progress = shardProgress(figures);
    const { rowCount } = await tx.query(
      `UPDATE round SET progress = $2, heartbeat_at = now() WHERE id = $1 AND state = 'scoring'`,
      [round.id, JSON.stringify(progress)],
    );
    if (rowCount === 1) await publishProgress(tx, round, 'scoring', progress);
  });
}

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
