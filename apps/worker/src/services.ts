import type { Config, Database, Logger, ObjectStore } from '@dubio/platform';
import type { ComputePool } from './compute/compute-pool.js';

/** How often a claim is renewed, and when it counts as left behind. */
export type ClaimTiming = {
  readonly heartbeatMs: number;
  readonly staleMs: number;
  /** Work that nobody has claimed for so long is handed out again: its job must have been lost. */
  readonly forgottenMs: number;
};

/** What handlers work with. */
export type Services = {
  readonly config: Config;
  readonly logger: Logger;
  readonly database: Database;
  readonly store: ObjectStore;
  readonly compute: ComputePool;
  readonly timing: ClaimTiming;
  readonly workerId: string;
  readonly memoryLimitMb: number;
};

const STALE_BEATS = 6;
const FORGOTTEN_BEATS = 60;

export const timingOf = (heartbeatMs: number): ClaimTiming => ({
  heartbeatMs,
  staleMs: heartbeatMs * STALE_BEATS,
  forgottenMs: heartbeatMs * FORGOTTEN_BEATS,
});
