import { fileURLToPath } from 'node:url';
import type { Logger } from '@dubio/platform';
import { ComputeProcess, type RunOptions } from './compute-process.js';
import type { ComputeSettings } from './task-context.js';
import type { ComputeTasks, TaskName } from './tasks.js';

/**
 * Native numerics run in these processes alone, so that the one that renews locks is never blocked.
 */
export type ComputePool = {
  run<Name extends TaskName>(
    task: Name,
    request: ComputeTasks[Name]['request'],
    options: RunOptions<Name>,
  ): Promise<ComputeTasks[Name]['result']>;
  /** Process ids, for health and tests. */
  pids(): number[];
  close(): Promise<void>;
};

export type ComputePoolOptions = {
  readonly size: number;
  readonly settings: ComputeSettings;
  readonly logger: Logger;
  /** How long an aborted task may take to stop by itself. */
  readonly graceMs?: number;
  readonly script?: string;
};

const GRACE_MS = 5000;
const SCRIPT = fileURLToPath(new URL('../compute-child.js', import.meta.url));

export function createComputePool(options: ComputePoolOptions): ComputePool {
  const { size, settings, logger } = options;
  const graceMs = options.graceMs ?? GRACE_MS;
  let processes: ComputeProcess[] = [];
  const reserved = new Set<ComputeProcess>();
  const waiting: (() => void)[] = [];
  let closed = false;

  const spawn = (): ComputeProcess => {
    const spawned = new ComputeProcess(options.script ?? SCRIPT, settings, logger);
    processes.push(spawned);
    spawned.gone.then(() => {
      processes = processes.filter((process) => process !== spawned);
      waiting.shift()?.();
    });
    return spawned;
  };

  const take = async (signal: AbortSignal): Promise<ComputeProcess> => {
    for (;;) {
      signal.throwIfAborted();
      if (closed) throw new Error('The compute processes are closed.');
      const idle = processes.find((process) => process.idle && !reserved.has(process));
      const free = idle ?? (processes.length < size ? spawn() : null);
      if (free) {
        reserved.add(free);
        return free;
      }
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  };

  // Loading the native runtime takes a moment; the first job should not wait for it.
  for (let i = 0; i < size; i++) spawn();

  return {
    async run(task, request, runOptions) {
      const process = await take(runOptions.signal);
      try {
        return await process.run(task, request, { ...runOptions, graceMs });
      } finally {
        reserved.delete(process);
        waiting.shift()?.();
      }
    },
    pids: () => processes.flatMap((process) => process.pid ?? []),
    async close() {
      closed = true;
      const ending = processes.map((process) => process.gone);
      for (const process of processes) process.kill();
      for (const wake of waiting.splice(0)) wake();
      await Promise.all(ending);
    },
  };
}
