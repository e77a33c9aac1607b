import { type ChildProcess, fork } from 'node:child_process';
import type { Logger } from '@dubio/platform';
import { ComputeTaskError, lostReason } from './compute-error.js';
import type { FromChild, ToChild } from './protocol.js';
import type { ComputeSettings } from './task-context.js';
import type { ComputeTasks, TaskName } from './tasks.js';

export type RunOptions<Name extends TaskName> = {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ComputeTasks[Name]['progress']) => void;
};

type Running = {
  readonly id: number;
  readonly onProgress: (progress: unknown) => void;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
};

const STDERR_KEPT = 16_384;

/**
 * One child process with its pipe; runs one task at a time.
 * @see docs/decisions/0040
 */
export class ComputeProcess {
  private readonly child: ChildProcess;
  private running: Running | null = null;
  private nextId = 1;
  private stderr = '';
  private killedByUs = false;
  alive = true;
  readonly gone: Promise<void>;

  constructor(
    script: string,
    private readonly settings: ComputeSettings,
    private readonly logger: Logger,
  ) {
    this.child = fork(script, [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${settings.memoryLimitMb}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // TensorFlow takes its threads, and how much it says, from here alone.
      env: {
        ...process.env,
        TF_NUM_INTRAOP_THREADS: String(settings.engineThreads),
        TF_NUM_INTEROP_THREADS: '1',
        TF_CPP_MIN_LOG_LEVEL: '2',
      },
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString('utf8')).slice(-STDERR_KEPT);
    });
    this.child.on('message', (message) => this.receive(message as FromChild));
    this.child.on('error', (cause) => logger.error({ err: cause }, 'compute process'));
    this.gone = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        this.alive = false;
        this.end(code, signal);
        resolve();
      });
    });
    this.send({ kind: 'settings', settings });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }
  get idle(): boolean {
    return this.alive && this.running === null;
  }

  /**
   * Runs a task. On abort the task is asked to stop; one that does not within the grace time is
   * killed.
   * @throws ComputeTaskError, ComputeLostError, or the reason of the abort
   */
  async run<Name extends TaskName>(
    task: Name,
    request: ComputeTasks[Name]['request'],
    options: RunOptions<Name> & { graceMs: number },
  ): Promise<ComputeTasks[Name]['result']> {
    const { signal, graceMs } = options;
    signal.throwIfAborted();
    if (!this.idle) throw new Error('This compute process is busy or gone.');
    const id = this.nextId++;
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      this.send({ kind: 'abort', id });
      timer = setTimeout(() => this.kill(), graceMs);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return (await new Promise<unknown>((resolve, reject) => {
        const onProgress = (progress: unknown) =>
          options.onProgress?.(progress as ComputeTasks[Name]['progress']);
        this.running = { id, onProgress, resolve, reject };
        this.send({ kind: 'start', id, task, request });
      })) as ComputeTasks[Name]['result'];
    } catch (error) {
      // Whatever an aborted task ended with, the abort is why.
      if (signal.aborted) throw signal.reason;
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      this.running = null;
    }
  }

  kill(): void {
    this.killedByUs = true;
    this.child.kill('SIGKILL');
  }

  private send(message: ToChild): void {
    if (this.child.connected) this.child.send(message);
  }

  private receive(message: FromChild): void {
    if (message.kind === 'ready') {
      this.logger.debug({ pid: this.pid, engine: message.engine }, 'compute process is ready');
      return;
    }
    if (message.id !== this.running?.id) return;
    if (message.kind === 'progress') this.running.onProgress(message.progress);
    else if (message.kind === 'done') this.running.resolve(message.result);
    else this.running.reject(new ComputeTaskError(message.failure));
  }

  private end(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.running === null && !this.killedByUs && code !== 0) {
      this.logger.warn({ code, signal, stderr: this.stderr.slice(-2000) }, 'idle process ended');
    }
    const reason = lostReason({ code, signal, stderr: this.stderr }, this.settings.memoryLimitMb);
    if (this.running && this.stderr !== '') {
      this.logger.error({ code, signal, stderr: this.stderr.slice(-4000) }, 'process lost');
    }
    this.running?.reject(reason);
  }
}
