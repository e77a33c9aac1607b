import { JobName } from '@dubio/contracts';
import type { Queue } from 'bullmq';
import type { Config } from '../config/config.js';
import type { Logger } from '../config/logger.js';
import type { Database, Transaction } from '../database/database.js';
import { listenToChannel, type Notifications } from '../database/notifications.js';
import { db, execute, listRows, query, row, type ShapeOf, sql, table } from '../database/sql.js';
import { JOB_CHANNEL } from './enqueue-job.js';
import { JOB_QUEUES, type JobQueueName, queueOf, queueOptionsOf } from './job-queues.js';
import { createQueueBackend } from './queue-backend.js';

export type JobDispatcher = {
  start(): Promise<void>;
  /** Whether the queue answers now. */
  queueAnswers(): Promise<boolean>;
  stop(): Promise<void>;
};

const BATCH = 200;
const POLL_MS = 2000;

// SKIP LOCKED: several dispatchers share the work instead of waiting for each other.
const j = table('outbox_job', 'j');
const TAKE = query`SELECT ${row({
  id: j.id,
  name: j.name,
  payload: j.payload,
  jobId: j.job_id,
  delayMs: sql<number>`greatest(0,
    extract(epoch FROM coalesce(${j.run_at}, now()) - now()) * 1000)::float8`,
})}
  FROM ${j} WHERE ${j.dispatched_at} IS NULL
  ORDER BY ${j.id} LIMIT ${sql.lit(BATCH)} FOR UPDATE SKIP LOCKED`;

type PendingJob = ShapeOf<typeof TAKE>;

/**
 * Moves committed jobs from the outbox to the queue. A crash between handing over and noting it
 * hands over again under the same job id, which the queue takes for the same job.
 */
export function createJobDispatcher(options: {
  database: Database;
  config: Config;
  logger: Logger;
}): JobDispatcher {
  const { database, config, logger } = options;
  const backend = createQueueBackend(config);
  const queues = new Map<JobQueueName, Queue>();
  let notifications: Notifications | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let wanted = false;
  let stopped = false;

  async function handOver(jobs: PendingJob[]): Promise<void> {
    for (const queueName of JOB_QUEUES) {
      const mine = jobs.flatMap((job) => {
        const name = JobName.safeParse(job.name);
        if (!name.success || queueOf(name.data) !== queueName) return [];
        const queueOptions = queueOptionsOf(name.data, job.jobId, Math.ceil(job.delayMs));
        return [{ name: name.data, data: job.payload, opts: queueOptions }];
      });
      if (mine.length > 0) await queues.get(queueName)?.addBulk(mine);
    }
  }

  async function dispatchBatch(tx: Transaction): Promise<number> {
    const rows = await listRows(tx, TAKE);
    if (rows.length === 0) return 0;
    const unknown = rows.filter((job) => !JobName.safeParse(job.name).success);
    for (const job of unknown)
      logger.error({ job: job.name }, 'unknown job in the outbox, left out');
    await handOver(rows);
    const ids = rows.map((job) => job.id);
    await execute(
      tx,
      db
        .updateTable('outbox_job')
        .set({ dispatched_at: sql<Date>`now()` })
        .where('id', '=', sql<string>`any(${ids}::bigint[])`),
    );
    return rows.length;
  }

  async function dispatchAll(): Promise<void> {
    while (wanted && !stopped) {
      wanted = false;
      try {
        while (!stopped && (await database.transaction(dispatchBatch)) === BATCH);
      } catch (error) {
        logger.error({ err: error }, 'jobs could not be handed to the queue; trying again');
      }
    }
  }

  function wake(): void {
    wanted = true;
    if (stopped || running !== undefined) return;
    running = dispatchAll().finally(() => {
      running = undefined;
      if (wanted) wake();
    });
  }

  return {
    async start() {
      await backend.prepare();
      for (const name of JOB_QUEUES) {
        const queue = backend.openQueue(name);
        queue.on('error', (error) => logger.warn({ err: error }, 'queue connection'));
        queues.set(name, queue);
      }
      notifications = listenToChannel(config.databaseUrl, JOB_CHANNEL, {
        onNotification: wake,
        onError: (error) => logger.warn({ err: error }, 'lost the outbox connection'),
      });
      timer = setInterval(wake, POLL_MS);
      wake();
    },
    queueAnswers: () => backend.answers(),
    async stop() {
      stopped = true;
      clearInterval(timer);
      await notifications?.close();
      await running;
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await backend.close();
    },
  };
}
