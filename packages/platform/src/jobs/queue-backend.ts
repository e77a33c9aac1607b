import {
  createPostgresBackend,
  type Processor,
  Queue,
  runMigrations,
  Worker,
  type WorkerOptions,
  withBackend,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Config } from '../config/config.js';

export type QueueConfig = Pick<Config, 'databaseUrl' | 'redisUrl' | 'queuePrefix'>;

/** Opens queues and workers on Redis when there is one, else on Postgres; both behave the same. */
export type QueueBackend = {
  readonly kind: 'redis' | 'postgres';
  /** Prepares what workers need; without it a worker on Postgres would spin on errors. */
  prepare(): Promise<void>;
  openQueue(name: string): Queue;
  openWorker(name: string, processor: Processor, options: WorkerTuning): Worker;
  answers(): Promise<boolean>;
  close(): Promise<void>;
};

export type WorkerTuning = Pick<
  WorkerOptions,
  'concurrency' | 'lockDuration' | 'stalledInterval' | 'maxStalledCount' | 'name'
>;

/** Each queue object keeps a pool and a listening connection of its own. */
const POOL_MAX = 4;
/** How long an idle worker waits for a notification before it looks by itself. */
const IDLE_LOOK_SECONDS = 5;

/** Makes or updates the tables of BullMQ's Postgres backend; safe from many processes at once. */
export async function migrateQueueSchema(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}

function createOnPostgres(config: QueueConfig): QueueBackend {
  const classes = withBackend(createPostgresBackend);
  const connection = { connectionString: config.databaseUrl, max: POOL_MAX, keepAlive: true };
  return {
    kind: 'postgres',
    prepare: () => migrateQueueSchema(config.databaseUrl),
    openQueue: (name) =>
      new classes.Queue(`${config.queuePrefix}.${name}`, { connection }) as unknown as Queue,
    openWorker: (name, processor, tuning) =>
      new classes.Worker(`${config.queuePrefix}.${name}`, processor, {
        ...tuning,
        connection,
        autorun: false,
        drainDelay: IDLE_LOOK_SECONDS,
      }) as unknown as Worker,
    // Every other call of a worker goes to the same database.
    answers: async () => true,
    close: async () => {},
  };
}

const PING_WITHIN_MS = 2000;

/** A connection that waits through an outage would answer a ping only behind it. */
async function answersWithin(connection: Redis): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PING_WITHIN_MS);
  });
  const pinged = connection.ping().then(
    () => true,
    () => false,
  );
  return Promise.race([pinged, late]).finally(() => clearTimeout(timer));
}

function createOnRedis(config: QueueConfig, redisUrl: string): QueueBackend {
  // null: a worker waits through an outage of Redis instead of failing its jobs.
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null, lazyConnect: true });
  // Told by the queues and workers on it.
  connection.on('error', () => {});
  const shared = { connection, prefix: config.queuePrefix };
  return {
    kind: 'redis',
    prepare: async () => {},
    openQueue: (name) => new Queue(name, shared),
    openWorker: (name, processor, tuning) =>
      new Worker(name, processor, {
        ...tuning,
        ...shared,
        autorun: false,
        drainDelay: IDLE_LOOK_SECONDS,
      }),
    answers: () => answersWithin(connection),
    close: async () => connection.disconnect(),
  };
}

export const createQueueBackend = (config: QueueConfig): QueueBackend =>
  config.redisUrl === undefined ? createOnPostgres(config) : createOnRedis(config, config.redisUrl);
