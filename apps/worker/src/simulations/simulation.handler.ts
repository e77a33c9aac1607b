import { askedOf } from '@dubio/active-learning';
import { enqueueJob, type JobHandler, type Queryable } from '@dubio/platform';
import { WorkImpossibleError } from '../claims/cause.js';
import { updateHeld } from '../claims/claim-table.js';
import { withClaim } from '../claims/with-claim.js';
import { findUsableFeatureSet } from '../features/feature-set.repository.js';
import { featureSourceOf } from '../features/feature-source.js';
import type { Services } from '../services.js';
import { knownAnswers } from './known-answers.js';
import type { ReplayPoint } from './replay.repository.js';
import { claimableReplay, endReplay, jobOf, type ReplayClaim, tellReplay } from './replay-claim.js';

/** A round that people wait for is never behind more than this of a replay. */
const SLICE_MS = 15_000;

/** `simulation.run`: one replay, a rule with a seed; goes on where an earlier run stopped. */
export const createSimulationHandler =
  (services: Services): JobHandler<'simulation.run'> =>
  (payload, context) =>
    withClaim(services, context, claimableReplay(payload), async (claim) => {
      const finished = await runReplay(services, claim);
      await services.database.transaction(async (client) => {
        const tx: Queryable = client;
        if (finished) {
          await endReplay(tx, claim, { set: `state = 'done', fraction = 1` });
          return;
        }
        // The rest of the replay is a job of its own, behind what others wait for.
        const set = `state = 'waiting', attempts = greatest(0, c.attempts - 1)`;
        await endReplay(tx, claim, { set });
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
      const values = [JSON.stringify(points), chosen, fraction, scoringSeconds];
      writing = writing.then(async () => {
        await updateHeld(db, claim, {
          set: 'points = $1, chosen = $2, fraction = $3, scoring_seconds = $4, heartbeat_at = now()',
          values,
        });
        await tellReplay(db, claim);
      });
      writing.catch((error: unknown) => lost.abort(error));
    },
  });
  await writing;
  return finished;
}
