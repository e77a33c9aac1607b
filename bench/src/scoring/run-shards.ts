import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ShardOrder, ShardReport } from './shard-worker.js';

export type PoolReport = {
  readonly seconds: number;
  /** Processor time of all threads of all workers. */
  readonly cpuSeconds: number;
  readonly passesPerSecond: number;
  readonly passesPerCpuSecond: number;
  /** Greatest resident memory of a worker, the features of its shard included. */
  readonly maxRssMb: number;
};

const workerFile = fileURLToPath(new URL('./shard-worker.js', import.meta.url));

/**
 * Scores a pool split over worker processes that start together once all are ready: what is timed
 * is scoring, not starting processes or compiling.
 */
export async function scorePool(
  order: Omit<ShardOrder, 'shard' | 'threads'>,
  { workers, threads }: { workers: number; threads: number },
): Promise<PoolReport> {
  const share = Math.ceil(order.items / workers);
  const children = Array.from({ length: workers }, () => fork(workerFile));
  try {
    await Promise.all(
      children.map((child, shard) => {
        const items = Math.min(share, order.items - shard * share);
        child.send({ ...order, items, shard, threads: Math.max(1, Math.floor(threads / workers)) });
        return nextMessage(child);
      }),
    );
    const start = performance.now();
    const reports = await Promise.all(
      children.map((child) => {
        child.send('go');
        return nextMessage(child) as Promise<ShardReport>;
      }),
    );
    const seconds = (performance.now() - start) / 1000;
    const cpuSeconds = reports.reduce((sum, report) => sum + report.cpuSeconds, 0);
    const passes = order.items * order.samples;
    return {
      seconds,
      cpuSeconds,
      passesPerSecond: passes / seconds,
      passesPerCpuSecond: passes / cpuSeconds,
      maxRssMb: Math.max(...reports.map(({ maxRssMb }) => maxRssMb)),
    };
  } finally {
    for (const child of children) child.kill();
  }
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(new Error(`A scoring process ended with exit code ${code} before it answered.`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}
