import { z } from 'zod';
import { ImportId, ProjectId, RoundId, SimulationId, UserId } from './ids.js';

/** A job carries ids; the row decides. Payloads only grow. */
export type JobDefinition = {
  readonly version: number;
  readonly payload: z.ZodObject;
  readonly attempts: number;
  readonly backoffMs: number;
  readonly timeoutMs: number;
  /** CPU work is run in a child process, so that the lock of the job is renewed meanwhile. */
  readonly compute: boolean;
};

const job = <const Definition extends JobDefinition>(definition: Definition): Definition =>
  definition;

const MINUTE = 60_000;

export const JOBS = {
  'import.run': job({
    version: 1,
    payload: z.object({ importId: ImportId, projectId: ProjectId }),
    attempts: 3,
    backoffMs: 2000,
    timeoutMs: 240 * MINUTE,
    compute: true,
  }),
  'features.compute': job({
    version: 1,
    payload: z.object({ projectId: ProjectId }),
    attempts: 3,
    backoffMs: 2000,
    timeoutMs: 240 * MINUTE,
    compute: true,
  }),
  'round.train': job({
    version: 1,
    payload: z.object({ roundId: RoundId, projectId: ProjectId }),
    attempts: 3,
    backoffMs: 2000,
    timeoutMs: 240 * MINUTE,
    compute: true,
  }),
  'round.train-member': job({
    version: 1,
    payload: z.object({ roundId: RoundId, projectId: ProjectId, member: z.int().min(0) }),
    attempts: 3,
    backoffMs: 2000,
    timeoutMs: 240 * MINUTE,
    compute: true,
  }),
  'round.score': job({
    version: 1,
    payload: z.object({ roundId: RoundId, projectId: ProjectId }),
    attempts: 3,
    backoffMs: 2000,
    timeoutMs: 5 * MINUTE,
    compute: false,
  }),
  'round.score-shard': job({
    version: 1,
    payload: z.object({ roundId: RoundId, projectId: ProjectId, shard: z.int().min(0) }),
    attempts: 3,
    backoffMs: 1000,
    timeoutMs: 60 * MINUTE,
    compute: true,
  }),
  'round.select': job({
    version: 1,
    payload: z.object({ roundId: RoundId, projectId: ProjectId }),
    attempts: 3,
    backoffMs: 1000,
    timeoutMs: 60 * MINUTE,
    compute: true,
  }),
  'demo.annotate': job({
    version: 1,
    payload: z.object({ projectId: ProjectId, userId: UserId, count: z.int(), request: z.uuid() }),
    attempts: 3,
    backoffMs: 1000,
    timeoutMs: 10 * MINUTE,
    compute: false,
  }),
  'simulation.run': job({
    version: 1,
    payload: z.object({
      simulationId: SimulationId,
      projectId: ProjectId,
      rule: z.string(),
      seed: z.int(),
    }),
    attempts: 3,
    backoffMs: 2000,
    timeoutMs: 240 * MINUTE,
    compute: true,
  }),
  'maintenance.sweep': job({
    version: 1,
    payload: z.object({}),
    attempts: 1,
    backoffMs: 0,
    timeoutMs: MINUTE,
    compute: false,
  }),
} as const;

export type JobName = keyof typeof JOBS;
export const JobName = z.enum(Object.keys(JOBS) as [JobName, ...JobName[]]);
export type JobPayload<Name extends JobName> = z.infer<(typeof JOBS)[Name]['payload']>;
