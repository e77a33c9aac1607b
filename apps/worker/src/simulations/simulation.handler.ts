import { askedOf } from '@dubio/active-learning';
import {
  columnsOf,
  enqueueJob,
  type JobHandler,
  lit,
  type Queryable,
  sql,
  table,
} from '@dubio/platform';
import { WorkImpossibleError } from '../claims/cause.js';
import { updateHeld } from '../claims/claim-table.js';
import { withClaim } from '../claims/with-claim.js';
import { findUsableFeatureSet } from '../features/feature-set.repository.js';
import { featureSourceOf } from '../features/feature-source.js';
import type { Services } from '../services.js';
import { knownAnswers } from './known-answers.js';
import type { ReplayPoint } from './replay.repository.js';
import { claimableReplay, endReplay, jobOf, type ReplayClaim, tellReplay } from './replay-claim.js';

const replay = table('replay');

/** A round that people wait for is never behind more than this of a replay. */
const SLICE_MS = 15_000;

/** `simulation.run`: one replay, a rule with a seed; goes on where an earlier run stopped. */
export const createSimulationHandler =
  (services: Services): JobHandler<'simulation.run'> =>
  (payload, context) =>
    withClaim(services, context, claimableReplay(payload), async (claim) => {
      const finished = await runReplay(services, claim);
      await services.database.transaction(async (tx) => {
        if (finished) {
          await endReplay(
            tx,
            claim,
            sql`${replay.state} = ${lit(replay.state, 'done')}, ${replay.fraction} = 1`,
          );
          return;
        }
        // The rest of the replay is a job of its own, behind what others wait for.
        const attempts = sql`greatest(0, ${columnsOf('replay', 'c').attempts} - 1)`;
        const goOn = sql`${replay.state} = ${lit(replay.state, 'waiting')}, ${replay.attempts} = ${attempts}`;
        await endReplay(tx, claim, goOn);
        await enqueueJob(tx, 'simulation.run', jobOf(claim.id, claim.replay.projectId));
      });
    });

/** Answers whether the replay is at its end; else the slice was. */
async function runReplay(services: Services, claim: ReplayClaim): Promise<boolean> {
  const { id, replay: row } = claim;
  const db: Queryable = services.database.pool;
  const { fields } = row.labelSchema;
  const set = await findUsableFeatureSet(db, row.projectId);
  if (set === null) {
    throw new WorkImpossibleError('bad-features', 'the items have no features yet');
  }
  const answers = await knownAnswers(db, services.store, {
    id: row.projectId,
    truthKey: row.truthKey,
    fields,
    featureRows: set.rows,
  });
  if (answers.pool.ordinals.length <= row.spec.startLabels) {
    throw new WorkImpossibleError(
      'too-few-labels',
      `a replay needs more pool items with known answers than the ${row.spec.startLabels} it starts with, there are ${answers.pool.ordinals.length}`,
    );
  }
  const lost = new AbortController();
  let points: ReplayPoint[] = [...row.points];
  let scoringSeconds = row.scoringSeconds ?? 0;
  let writing = Promise.resolve();
  const { startLabels, batch, endLabels, poolSize, beta } = row.spec;
  const request = {
    features: await featureSourceOf(db, set.id),
    answers,
    asked: askedOf(fields),
    spec: row.modelSpec,
    acquisition: { rule: id.rule, beta, batchSize: row.batchSize },
    queueSize: row.queueSize,
    seed: id.seed,
    chosen: row.chosen,
    sliceMs: SLICE_MS,
    ...{ startLabels, batch, endLabels, poolSize },
  };
  const { finished } = await services.compute.run('replay', request, {
    signal: AbortSignal.any([claim.signal, lost.signal]),
    onProgress: ({ point, chosen, fraction, scoringSeconds: seconds }) => {
      points = [...points.filter((known) => known.labels < point.labels), point];
      scoringSeconds += seconds;
      const found = sql`${replay.points} = ${JSON.stringify(points)}, ${replay.chosen} = ${chosen},
        ${replay.fraction} = ${fraction}, ${replay.scoring_seconds} = ${scoringSeconds},
        ${replay.heartbeat_at} = now()`;
      writing = writing.then(async () => {
        await updateHeld(db, claim, found);
        await tellReplay(db, claim);
      });
      writing.catch((error: unknown) => lost.abort(error));
    },
  });
  await writing;
  return finished;
}
