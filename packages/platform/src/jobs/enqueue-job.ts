import { JOBS, type JobName, type JobPayload } from '@dubio/contracts';
import { newId } from '../database/new-id.js';
import type { Queryable } from '../database/queryable.js';
import { execute, into, query, sql, table } from '../database/sql.js';

export const JOB_CHANNEL = 'dubio_outbox_job';

const job = table('outbox_job');

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
  const { jobId = newId(), delayMs = 0 } = options;
  await execute(
    tx,
    query`WITH added AS (
       INSERT INTO ${into('outbox_job', 'name', 'payload', 'job_id', 'run_at')}
       VALUES (${name}, ${JSON.stringify(parsed)}::jsonb, ${jobId},
         now() + ${delayMs}::float8 * interval '1 millisecond')
       ON CONFLICT (${job.job_id}) DO NOTHING RETURNING ${job.id})
     SELECT pg_notify(${sql.lit(JOB_CHANNEL)}, '') FROM added`,
  );
}
