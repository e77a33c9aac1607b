import type { Config, Database, ObjectStore } from '@dubio/platform';

/** What a compute process was started with. */
export type ComputeSettings = {
  readonly databaseUrl: string;
  readonly storageUrl: string;
  readonly engine: Config['engine'];
  readonly device: Config['device'];
  readonly engineThreads: number;
  /**
   * A process that grows beyond this ends itself, so that one large job does not take the machine
   * down.
   */
  readonly memoryLimitMb: number;
};

/** What a task may use: the store, the engine's threads, a database where it writes rows itself. */
export type TaskContext<Progress> = {
  readonly signal: AbortSignal;
  readonly store: ObjectStore;
  readonly settings: ComputeSettings;
  /** Opened on first use, kept for the next task of the process. */
  database(): Database;
  report(progress: Progress): void;
};
