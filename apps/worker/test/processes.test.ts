import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, until } from './harness.js';
import { roundEnd, seedRoundProject, startRound } from './round-project.js';

const run = promisify(execFile);

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the processes of a worker', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  // A worker that a failed test left would take the rounds of the next.
  afterEach(() => harness.killWorkers());
  afterAll(() => harness.close());

  /** Seconds of training on any machine, so that a stop comes in the middle of it. */
  const longTraining = {
    shards: 1,
    modelSpec: { maxEpochs: 150, drawsPerEpoch: 8192, patience: 1000, samples: 5 },
  };
  const trainingBegan = (roundId: string) =>
    until(async () => {
      const { rows } = await harness.database.pool.query<{ epoch: number | null; state: string }>(
        `SELECT (progress->>'epoch')::int AS epoch, state FROM round WHERE id = $1`,
        [roundId],
      );
      const [round] = rows;
      if (round && !['queued', 'training'].includes(round.state))
        throw new Error(`The round was seen ${round.state} before it was seen training.`);
      return round?.epoch ?? null;
    });

  it('replaces a compute process that was killed, and the round goes on', async () => {
    const worker = await harness.startWorker();
    const { projectId } = await seedRoundProject(harness, longTraining);
    const roundId = await startRound(harness, projectId);
    await trainingBegan(roundId);
    const [child] = await childrenOf(worker.pid);
    process.kill(child ?? 0, 'SIGKILL');
    expect(await roundEnd(harness, roundId)).toMatchObject({ state: 'ready' });
    expect(worker.output()).toContain('ran out of memory');
    await worker.stop();
  });

  it('says that memory ran out when a process grows beyond its limit', async () => {
    const worker = await harness.startWorker({ memoryMb: 256 });
    const { projectId } = await seedRoundProject(harness, {
      shards: 1,
      modelSpec: { network: { preset: 'mlp', hidden: [2048, 2048], activation: 'relu' } },
    });
    const roundId = await startRound(harness, projectId);
    const end = await roundEnd(harness, roundId);
    expect(end).toMatchObject({ state: 'failed', failure_code: 'out-of-memory' });
    expect(end.failure_message).toMatch(
      /ran out of memory \(limit 256 MiB\)\. It was tried 3 times/,
    );
    await worker.stop();
  });

  it('leaves no process behind when the worker is killed', async () => {
    const worker = await harness.startWorker({ concurrency: 2 });
    const children = await childrenOf(worker.pid);
    expect(children.length).toBeGreaterThanOrEqual(2);
    await worker.kill();
    await until(async () => !children.some(isAlive));
  });

  it('hands a round back at a polite stop, and another worker ends it', async () => {
    const worker = await harness.startWorker();
    const { projectId } = await seedRoundProject(harness, longTraining);
    const roundId = await startRound(harness, projectId);
    await trainingBegan(roundId);
    await Promise.all([worker.stop(), harness.startWorker()]);
    expect(await roundEnd(harness, roundId)).toMatchObject({ state: 'ready' });
    const { rows } = await harness.database.pool.query(
      'SELECT count(*)::int AS alive FROM worker_process WHERE pid = $1',
      [worker.pid],
    );
    expect(rows).toEqual([{ alive: 0 }]);
  });
});
