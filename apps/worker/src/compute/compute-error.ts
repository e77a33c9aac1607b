import type { TaskFailure } from './protocol.js';

/** The process itself is gone: it ran out of memory, or ended for a reason of its own. */
export class ComputeLostError extends Error {
  override readonly name = 'ComputeLostError';
  constructor(
    readonly reason: 'out-of-memory' | 'worker-lost',
    message: string,
  ) {
    super(message);
  }
}

/** The task threw; the process lives on. */
export class ComputeTaskError extends Error {
  override readonly name = 'ComputeTaskError';
  readonly taskErrorName: string;
  readonly code: string | null;
  readonly taskStack: string | null;
  constructor(failure: TaskFailure) {
    super(failure.message);
    this.taskErrorName = failure.name;
    this.code = failure.code;
    this.taskStack = failure.stack;
  }

  /** The same failure, said of a part of the work. */
  of(part: string): ComputeTaskError {
    const { taskErrorName, code, taskStack, message } = this;
    return new ComputeTaskError({
      name: taskErrorName,
      message: `${part}: ${message}`,
      code,
      stack: taskStack,
    });
  }
}

const MEBIBYTES_A_GIBIBYTE = 1024;

export function limitInWords(memoryLimitMb: number): string {
  const gibibytes = memoryLimitMb / MEBIBYTES_A_GIBIBYTE;
  return gibibytes >= 1 ? `${Number(gibibytes.toFixed(1))} GiB` : `${memoryLimitMb} MiB`;
}

/** Turns the end of a process into a reason for people. */
export function lostReason(
  exit: { code: number | null; signal: NodeJS.Signals | null; stderr: string },
  memoryLimitMb: number,
): ComputeLostError {
  const heapFull = /heap out of memory|Allocation failed|bad_alloc/i.test(exit.stderr);
  const killed = exit.signal === 'SIGKILL' || exit.code === 137;
  if (killed || heapFull) {
    return new ComputeLostError(
      'out-of-memory',
      `the worker ran out of memory (limit ${limitInWords(memoryLimitMb)})`,
    );
  }
  const how = exit.signal === null ? `code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
  return new ComputeLostError('worker-lost', `the compute process ended by itself (${how})`);
}
