import { randomUUID } from 'node:crypto';
import os from 'node:os';
import {
  type Config,
  createDatabase,
  createJobConsumer,
  createJobDispatcher,
  createObjectStore,
  db,
  execute,
  type JobDispatcher,
  type JobHandlers,
  joinInstallation,
  type Logger,
  sql,
} from '@dubio/platform';
import { createComputePool } from './compute/compute-pool.js';
import { createDemoAnnotateHandler } from './demo/demo-annotate.handler.js';
import { createFeaturesHandler } from './features/features.handler.js';
import { createImportHandler } from './imports/import.handler.js';
import { sweep } from './maintenance/sweep.js';
import { createScoreHandler } from './rounds/score.handler.js';
import { createScoreShardHandler } from './rounds/score-shard.handler.js';
import { createSelectHandler } from './rounds/select.handler.js';
import { createTrainHandler } from './rounds/train.handler.js';
import { createTrainMemberHandler } from './rounds/train-member.handler.js';
import { type Services, timingOf } from './services.js';
import { createSimulationHandler } from './simulations/simulation.handler.js';

export type Worker = {
  /** Takes nothing new, lets work finish or hands it back, and ends. */
  stop(): Promise<void>;
};

const SWEEP_BEATS = 3;
const SWEEPS_A_PRUNE = 100;
/** The queue gives a job to another worker when its lock is this many beats old. */
const LOCK_BEATS = 7;
/** Handlers, dispatcher, sweep and progress share these. */
const LEAST_CONNECTIONS = 6;

const handlersOf = (services: Services): JobHandlers => ({
  'import.run': createImportHandler(services),
  'features.compute': createFeaturesHandler(services),
  'round.train': createTrainHandler(services),
  'round.train-member': createTrainMemberHandler(services),
  'round.score': createScoreHandler(services),
  'round.score-shard': createScoreShardHandler(services),
  'round.select': createSelectHandler(services),
  'demo.annotate': createDemoAnnotateHandler(services),
  'simulation.run': createSimulationHandler(services),
  'maintenance.sweep': () => sweep(services, { prune: true }),
});

/**
 * Starts one worker: it takes jobs, lets compute processes do the numerics, and writes the rows.
 */
export async function startWorker(config: Config, logger: Logger): Promise<Worker> {
  const database = createDatabase(config.databaseUrl, {
    max: Math.max(LEAST_CONNECTIONS, config.databasePool),
    onError: (error) => logger.warn({ err: error }, 'database connection'),
  });
  const store = createObjectStore(config.storageUrl);
  // Before it takes anything: a worker that sees other files would fail what it takes.
  await joinInstallation(database, store, config.storageUrl);
  const { workerConcurrency: concurrency, workerMemoryMb: memoryLimitMb } = config;
  const compute = createComputePool({
    size: concurrency,
    logger,
    settings: {
      databaseUrl: config.databaseUrl,
      storageUrl: config.storageUrl,
      engine: config.engine,
      device: config.device,
      engineThreads: config.engineThreads,
      memoryLimitMb,
    },
  });
  const services: Services = {
    config,
    logger,
    database,
    store,
    compute,
    timing: timingOf(config.heartbeatMs),
    workerId: `${os.hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    memoryLimitMb,
  };
  const dispatcher = createJobDispatcher({ database, config, logger });
  const consumer = createJobConsumer({
    config,
    logger,
    concurrency,
    handlers: handlersOf(services),
    lockMs: config.heartbeatMs * LOCK_BEATS,
  });
  const alive = () => sayAlive(services, dispatcher);
  await alive();
  await dispatcher.start();
  await consumer.start();
  const beats = startBeats(services, alive);
  logger.info({ workerId: services.workerId, concurrency, memoryLimitMb }, 'worker is ready');
  return {
    async stop() {
      await beats.stop();
      await consumer.drain();
      await dispatcher.stop();
      await compute.close();
      await execute(
        database.pool,
        db.deleteFrom('worker_process').where('id', '=', services.workerId),
      );
      await database.close();
    },
  };
}

async function sayAlive(services: Services, { queueAnswers }: JobDispatcher): Promise<void> {
  const seen = (await queueAnswers()) ? { queue_seen_at: sql<Date>`now()` } : {};
  await execute(
    services.database.pool,
    db
      .insertInto('worker_process')
      .values({
        id: services.workerId,
        host: os.hostname(),
        pid: process.pid,
        concurrency: services.config.workerConcurrency,
        ...seen,
      })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({ heartbeat_at: sql`now()`, ...seen }),
      ),
  );
}

/** The worker's own heartbeat and the sweep, each never twice at a time. */
function startBeats(services: Services, alive: () => Promise<void>): { stop(): Promise<void> } {
  const { heartbeatMs } = services.timing;
  let beats = 0;
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const beat = async () => {
    await alive();
    if (beats % SWEEP_BEATS === 0) {
      await sweep(services, { prune: beats % (SWEEP_BEATS * SWEEPS_A_PRUNE) === 0 });
    }
    beats++;
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = beat()
      .catch((error: unknown) => services.logger.warn({ err: error }, 'the sweep failed'))
      .finally(() => {
        busy = false;
      });
  }, heartbeatMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
