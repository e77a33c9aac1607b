import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { JOBS, type JobName } from '@dubio/contracts';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../src/config/config.js';
import { createLogger } from '../src/config/logger.js';
import { enqueueJob } from '../src/jobs/enqueue-job.js';
import { createJobConsumer, type JobConsumer } from '../src/jobs/job-consumer.js';
import { createJobDispatcher, type JobDispatcher } from '../src/jobs/job-dispatcher.js';
import { PermanentJobError } from '../src/jobs/job-errors.js';
import type { JobHandlers } from '../src/jobs/job-handler.js';
import { createQueueAdmin, type QueueAdmin } from '../src/jobs/queue-admin.js';
import { redisForTests, startTestDatabase, type TestDatabase } from '../src/testing/index.js';

const redisUrl = await redisForTests();
const logger = createLogger('jobs-test', { logLevel: 'silent' });
const VICTIM = fileURLToPath(new URL('./fixtures/job-victim.mjs', import.meta.url));
/** A dead worker's job comes back after this; short, so that the test need not wait long. */
const LOCK_MS = 1500;

/** Handlers that do nothing, but for those given. */
function handlersWith(given: Partial<JobHandlers>): JobHandlers {
  const idle = Object.keys(JOBS).map((name) => [name, async () => {}]);
  return { ...Object.fromEntries(idle), ...given } as JobHandlers;
}

async function removeKeys(redis: string, prefix: string): Promise<void> {
  const client = new Redis(redis);
  for await (const keys of client.scanStream({ match: `${prefix}:*` })) {
    if (keys.length > 0) await client.unlink(...keys);
  }
  client.disconnect();
}

function deferred<T = void>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const backends = [
  { name: 'postgres', url: undefined, skip: false },
  { name: 'redis', url: redisUrl ?? undefined, skip: redisUrl === null },
];

describe.each(backends)('jobs on $name', ({ url, skip }) => {
  let db: TestDatabase;
  let config: Config;
  let dispatcher: JobDispatcher;
  let admin: QueueAdmin;
  let consumers: JobConsumer[] = [];
  let children: ChildProcess[] = [];

  beforeAll(async () => {
    if (skip) return;
    db = await startTestDatabase();
    config = loadConfig({
      DUBIO_MODE: 'embedded',
      DATABASE_URL: db.url,
      DUBIO_QUEUE_PREFIX: `test_${randomBytes(4).toString('hex')}`,
      ...(url === undefined ? {} : { REDIS_URL: url }),
    });
    dispatcher = createJobDispatcher({ database: db.database, config, logger });
    await dispatcher.start();
    admin = createQueueAdmin({ config });
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(consumers.map((consumer) => consumer.drain()));
    consumers = [];
    children = [];
  });
  afterAll(async () => {
    if (skip) return;
    await dispatcher.stop();
    await admin.close();
    await db.close();
    if (url !== undefined) await removeKeys(url, config.queuePrefix);
  });

  async function consume(given: Partial<JobHandlers>, concurrency = 4): Promise<JobConsumer> {
    const handlers = handlersWith(given);
    const consumer = createJobConsumer({ config, logger, handlers, concurrency, lockMs: LOCK_MS });
    await consumer.start();
    consumers.push(consumer);
    return consumer;
  }
  const round = () => ({ roundId: randomUUID(), projectId: randomUUID() }) as never;
  const enqueue = (name: JobName, payload: never, options = {}) =>
    db.database.transaction((tx) => enqueueJob(tx, name, payload, options));

  it.skipIf(skip)('tells that the queue answers', async () => {
    expect(await dispatcher.queueAnswers()).toBe(true);
  });

  it.skipIf(skip)('runs each of many jobs exactly once over two consumers', async () => {
    const count = 200;
    const seen = new Map<number, number>();
    const all = deferred();
    const handler: JobHandlers['round.score-shard'] = async ({ shard }) => {
      seen.set(shard, (seen.get(shard) ?? 0) + 1);
      if (seen.size === count) all.resolve();
    };
    await consume({ 'round.score-shard': handler });
    await consume({ 'round.score-shard': handler });
    await db.database.transaction(async (tx) => {
      for (let shard = 0; shard < count; shard++) {
        const ids = round() as { roundId: never; projectId: never };
        await enqueueJob(tx, 'round.score-shard', { ...ids, shard });
      }
    });
    await all.promise;
    expect([...seen.values()].every((times) => times === 1)).toBe(true);
  });

  it.skipIf(skip)('runs nothing of a transaction that was rolled back', async () => {
    const ran: string[] = [];
    const done = deferred();
    await consume({
      'round.train': async ({ roundId }) => {
        ran.push(roundId);
        done.resolve();
      },
    });
    const undone = db.database.transaction(async (tx) => {
      await enqueueJob(tx, 'round.train', round());
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    const kept = round() as { roundId: string };
    await enqueue('round.train', kept as never);
    await done.promise;
    expect(ran).toEqual([kept.roundId]);
  });

  it.skipIf(skip)('runs one job for one job id, however often it is enqueued', async () => {
    let runs = 0;
    const last = deferred();
    await consume(
      {
        'round.train': async () => {
          runs += 1;
        },
        'round.select': async () => last.resolve(),
      },
      1,
    );
    const payload = round();
    const jobId = `round.train:${randomUUID()}`;
    for (let i = 0; i < 3; i++) await enqueue('round.train', payload, { jobId });
    await enqueue('round.select', payload);
    await last.promise;
    expect(runs).toBe(1);
  });

  it.skipIf(skip)(
    'waits for a database that is away or a disk that is full, and counts no try',
    async () => {
      const attempts: number[] = [];
      const finished = deferred();
      const handlers = handlersWith({
        'round.train': async (_payload, { attempt, maxAttempts }) => {
          attempts.push(attempt);
          const code = attempts.length % 2 === 0 ? 'ECONNREFUSED' : '53100';
          const away = Object.assign(new Error('something of the system'), { code });
          if (attempts.length <= 2 * maxAttempts) throw away;
          finished.resolve();
        },
      });
      const consumer = createJobConsumer({
        ...{ config, logger, handlers, concurrency: 1 },
        ...{ lockMs: LOCK_MS, outageAgainMs: 10 },
      });
      consumers.push(consumer);
      await consumer.start();
      await enqueue('round.train', round());
      await finished.promise;
      expect(new Set(attempts)).toEqual(new Set([1]));
    },
  );

  it.skipIf(skip)('tries a passing failure again and counts the attempts', async () => {
    const attempts: number[] = [];
    const done = deferred();
    await consume({
      'round.score-shard': async (_payload, { attempt, maxAttempts }) => {
        attempts.push(attempt);
        if (attempt < maxAttempts) throw new Error('passing');
        done.resolve();
      },
    });
    await enqueue('round.score-shard', { ...(round() as object), shard: 0 } as never);
    await done.promise;
    expect(attempts).toEqual([1, 2, 3]);
  });

  it.skipIf(skip)('does not try a permanent failure again', async () => {
    const failedBefore = (await admin.counts()).compute.failed;
    let runs = 0;
    const last = deferred();
    await consume(
      {
        'round.train': async () => {
          runs += 1;
          throw new PermanentJobError('There is only one class.');
        },
        'round.select': async () => last.resolve(),
      },
      1,
    );
    await enqueue('round.train', round());
    await enqueue('round.select', round());
    await last.promise;
    expect(runs).toBe(1);
    expect((await admin.counts()).compute.failed).toBe(failedBefore + 1);
  });

  it.skipIf(skip)('does not begin a delayed job before its time', async () => {
    const started = deferred<Date>();
    await consume({ 'round.train': async () => started.resolve(new Date()) });
    const enqueuedAt = Date.now();
    await enqueue('round.train', round(), { delayMs: 700 });
    expect((await started.promise).getTime() - enqueuedAt).toBeGreaterThanOrEqual(690);
  });

  it.skipIf(skip)(
    'hands a running job back when drained, and another consumer runs it',
    async () => {
      const begun = deferred();
      const finished = deferred<number>();
      const first = await consume({
        'round.train': async (_payload, { signal }) => {
          begun.resolve();
          await once(signal, 'abort');
          throw signal.reason;
        },
      });
      await enqueue('round.train', round());
      await begun.promise;
      await first.drain({ timeoutMs: 1 });
      await consume({ 'round.train': async (_payload, { attempt }) => finished.resolve(attempt) });
      expect(await finished.promise).toBe(1);
    },
  );

  it.skipIf(skip)('tells a job whether others wait for its place', async () => {
    const answers: boolean[] = [];
    const both = deferred();
    await consume(
      {
        'round.select': async (_payload, { othersWait }) => {
          if (answers.length === 0) {
            answers.push(await othersWait());
            await enqueue('round.select', round());
            await expect.poll(othersWait).toBe(true);
            answers.push(true);
          } else {
            answers.push(await othersWait());
            both.resolve();
          }
        },
      },
      1,
    );
    await enqueue('round.select', round());
    await both.promise;
    expect(answers).toEqual([false, true, false]);
  });

  it.skipIf(skip)('takes over the job of a worker that was killed', async () => {
    const env = {
      ...process.env,
      VICTIM_DATABASE_URL: db.url,
      VICTIM_REDIS_URL: url ?? '',
      VICTIM_PREFIX: config.queuePrefix,
      VICTIM_LOCK_MS: String(LOCK_MS),
    };
    const victim = spawn(process.execPath, [VICTIM], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(victim);
    const begun = once(victim.stdout, 'data');
    const payload = round() as { roundId: string };
    await enqueue('round.train', payload as never);
    expect(String((await begun)[0])).toContain(payload.roundId);
    victim.kill('SIGKILL');
    const rescued = deferred<string>();
    await consume({ 'round.train': async ({ roundId }) => rescued.resolve(roundId) });
    expect(await rescued.promise).toBe(payload.roundId);
  });

  it.skipIf(skip)('counts what waits and what is done', async () => {
    const before = (await admin.counts()).errand;
    await enqueue('round.score', round(), { delayMs: 3_600_000 });
    await expect.poll(async () => (await admin.counts()).errand.delayed).toBe(before.delayed + 1);
  });
});

describe('job consumer', () => {
  const config = loadConfig({
    DUBIO_MODE: 'embedded',
    DATABASE_URL: 'postgresql://u:p@localhost/d',
  });
  const make = (handlers: object) =>
    createJobConsumer({ config, logger, handlers: handlers as JobHandlers, concurrency: 1 });

  it('refuses to be made when a job has no handler', () => {
    const { 'round.train': _left, ...rest } = handlersWith({});
    expect(() => make(rest)).toThrow(/Without handler: round\.train\./);
  });
  it('refuses to be made when a handler has no job', () => {
    const handlers = { ...handlersWith({}), 'round.dance': async () => {} };
    expect(() => make(handlers)).toThrow(/Without job: round\.dance\./);
  });
});

it('a dispatcher tells that a queue does not answer', async () => {
  const db = await startTestDatabase();
  const config = loadConfig({
    ...{ DUBIO_MODE: 'embedded', DATABASE_URL: db.url, STORAGE_URL: 'file:///tmp/none' },
    // Port 9 is that of nobody.
    REDIS_URL: 'redis://127.0.0.1:9',
  });
  const dispatcher = createJobDispatcher({ database: db.database, config, logger });
  expect(await dispatcher.queueAnswers()).toBe(false);
  await dispatcher.stop();
  await db.close();
});
