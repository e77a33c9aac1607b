import { randomUUID } from 'node:crypto';
import { askedOf } from '@dubio/active-learning';
import { ProjectId, SimulationId } from '@dubio/contracts';
import { enqueueJob, type JobHandler, publishEvent, type Queryable } from '@dubio/platform';
import { findUsableFeatureSet } from '../features/feature-set.repository.js';
import { ClaimLostError, holdClaim } from '../hold-claim.js';
import { featureSourceOf } from '../rounds/feature-source.js';
import { causeOf, RoundImpossibleError } from '../rounds/round-failure.js';
import { isHandBack, STAGE_ATTEMPTS } from '../rounds/round-stage.js';
import type { Services } from '../services.js';
import { knownAnswers } from './known-answers.js';
import {
  claimReplay,
  endReplay,
  type ReplayId,
  type ReplayPoint,
  type ReplayRow,
  renewReplay,
  writeReplay,
} from './replay.repository.js';

/** A round that people wait for is never behind more than this of a replay. */
const SLICE_MS = 15_000;

/** `simulation.run`: one replay, a rule with a seed; goes on where an earlier run stopped. */
export const createSimulationHandler =
  (services: Services): JobHandler<'simulation.run'> =>
  async (payload, context) => {
    const db: Queryable = services.database.pool;
    const token = randomUUID();
    const id: ReplayId = payload;
    const { staleMs, heartbeatMs } = services.timing;
    const row = await claimReplay(db, id, { token, staleMs });
    if (row === null) {
      context.logger.debug('the replay is done, cancelled or held by another worker');
      return;
    }
    await tell(db, id, row.projectId);
    try {
      const finished = await holdClaim(
        { beat: () => renewReplay(db, id, token), everyMs: heartbeatMs, signal: context.signal },
        (signal) => runReplay(services, { id, row, token, signal }),
      );
      const state = finished ? 'done' : 'waiting';
      await finish(services, id, row, { token, state, error: null, goOn: !finished });
    } catch (error) {
      if (error instanceof ClaimLostError) {
        await finish(services, id, row, { token, state: 'cancelled', error: null });
        return;
      }
      const cause = causeOf(error);
      const handBack = isHandBack(error);
      const again = handBack || (!cause.permanent && row.attempts < STAGE_ATTEMPTS);
      const state = again ? 'waiting' : 'failed';
      await finish(services, id, row, { token, state, error: handBack ? null : cause.cause });
      if (again) throw error;
      context.logger.error({ err: error }, 'the replay has failed');
    }
  };

const tell = (db: Queryable, id: ReplayId, projectId: string): Promise<void> =>
  publishEvent(db, projectId, {
    type: 'simulation.changed',
    simulationId: SimulationId.parse(id.simulationId),
  });

async function finish(
  services: Services,
  id: ReplayId,
  row: ReplayRow,
  end: {
    token: string;
    state: 'waiting' | 'done' | 'failed' | 'cancelled';
    error: string | null;
    /** The rest of the replay is a job of its own, behind what others wait for. */
    goOn?: boolean;
  },
): Promise<void> {
  await services.database.transaction(async (client) => {
    const tx = client as Queryable;
    await endReplay(tx, id, end.token, end);
    if (end.goOn === true) {
      await enqueueJob(tx, 'simulation.run', {
        simulationId: SimulationId.parse(id.simulationId),
        projectId: ProjectId.parse(row.projectId),
        rule: id.rule,
        seed: id.seed,
      });
    }
    await tell(tx, id, row.projectId);
  });
}

async function runReplay(
  services: Services,
  claim: { id: ReplayId; row: ReplayRow; token: string; signal: AbortSignal },
): Promise<boolean> {
  const { id, row, token } = claim;
  const db: Queryable = services.database.pool;
  const { fields } = row.labelSchema;
  const set = await findUsableFeatureSet(db, row.projectId);
  if (set === null) {
    throw new RoundImpossibleError('bad-features', 'the items have no features yet');
  }
  const answers = await knownAnswers(db, services.store, {
    id: row.projectId,
    truthKey: row.truthKey,
    fields,
    featureRows: set.rows,
  });
  if (answers.pool.ordinals.length <= row.spec.startLabels) {
    throw new RoundImpossibleError(
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
      const found = { points, chosen, fraction, scoringSeconds };
      writing = writing.then(async () => {
        if (!(await writeReplay(db, id, token, found))) lost.abort(new ClaimLostError());
        else await tell(db, id, row.projectId);
      });
      writing.catch((error: unknown) => lost.abort(error));
    },
  });
  await writing;
  return finished;
}
