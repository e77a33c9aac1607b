import type { Queue } from 'bullmq';
import { JOB_QUEUES, type JobQueueName } from './job-queues.js';
import { createQueueBackend, type QueueConfig } from './queue-backend.js';

export type QueueCounts = {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  completed: number;
};

export type QueueAdmin = {
  readonly backend: 'redis' | 'postgres';
  /** @throws when the queue's store does not answer. */
  counts(): Promise<Record<JobQueueName, QueueCounts>>;
  close(): Promise<void>;
};

/** Counts for health and metrics. */
export function createQueueAdmin({ config }: { config: QueueConfig }): QueueAdmin {
  const backend = createQueueBackend(config);
  const queues = new Map<JobQueueName, Queue>();
  let prepared: Promise<void> | undefined;

  async function queue(name: JobQueueName): Promise<Queue> {
    prepared ??= backend.prepare().catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    await prepared;
    const known = queues.get(name);
    if (known !== undefined) return known;
    const opened = backend.openQueue(name);
    // Trouble shows in the calls; without a listener it would end the process.
    opened.on('error', () => {});
    queues.set(name, opened);
    return opened;
  }

  async function countsOf(name: JobQueueName): Promise<QueueCounts> {
    const states = ['waiting', 'active', 'delayed', 'failed', 'completed'] as const;
    const counts = await (await queue(name)).getJobCounts(...states);
    return Object.fromEntries(states.map((state) => [state, counts[state] ?? 0])) as QueueCounts;
  }

  return {
    backend: backend.kind,
    async counts() {
      const entries = await Promise.all(
        JOB_QUEUES.map(async (name) => [name, await countsOf(name)] as const),
      );
      return Object.fromEntries(entries) as Record<JobQueueName, QueueCounts>;
    },
    async close() {
      await Promise.all([...queues.values()].map((opened) => opened.close()));
      await backend.close();
    },
  };
}
