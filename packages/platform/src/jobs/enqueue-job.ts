import { JOBS, type JobName, type JobPayload } from '@dubio/contracts';
import { newId } from '../database/new-id.js';
import type { Queryable } from '../database/queryable.js';

export const JOB_CHANNEL = 'dubio_outbox_job';

export type EnqueueOptions = {
  /** Enqueueing the same id again does nothing. */
  jobId?: string;
  delayMs?: number;
};

/** Notes a job in the caller's transaction: it runs if and only if the transaction is committed. */
export async function enqueueJob<Name extends JobName>(
  tx: Queryable,
  name: Name,
  payload: JobPayload<Name>,
  options: EnqueueOptions = {},
): Promise<void> {
  const parsed = JOBS[name].payload.parse(payload);
  await tx.query(
    `WITH added AS (
       INSERT INTO outbox_job (name, payload, job_id, run_at)
       VALUES ($1, $2::jsonb, $3, now() + $4::float8 * interval '1 millisecond')
       ON CONFLICT (job_id) DO NOTHING RETURNING id)
     SELECT pg_notify('${JOB_CHANNEL}', '') FROM added`,
    [name, JSON.stringify(parsed), options.jobId ?? newId(), options.delayMs ?? 0],
  );
}
