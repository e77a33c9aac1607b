import { execute, listRows, lit, query, row, sql, table } from '@dubio/platform';
import type { Services } from '../services.js';

const event = table('outbox_event');
const job = table('outbox_job');
const record = table('idempotency_record');
const worker = table('worker_process');
const r = table('round', 'r');
const i = table('import', 'i');

const OLD = [
  query`DELETE FROM ${event} WHERE ${event.created_at} < now() - interval '2 days'`,
  query`DELETE FROM ${job} WHERE ${job.dispatched_at} < now() - interval '2 days'`,
  query`DELETE FROM ${record} WHERE ${record.created_at} < now() - interval '2 days'`,
  query`DELETE FROM ${worker} WHERE ${worker.heartbeat_at} < now() - interval '1 hour'`,
] as const;

const KEPT_POOLS = 3;
/** An upload to which nobody has added for so long has no sender any more. */
const UNFINISHED_MS = 6 * 60 * 60_000;

const ENDED = row({
  id: r.id,
  projectId: r.project_id,
  finishedAt: r.finished_at,
  age: sql<string>`row_number() OVER (PARTITION BY ${r.project_id} ORDER BY ${r.number} DESC)`,
});

/** Ends imports whose files never came, or not all of them, and deletes those that did. */
async function endHalfUploads({ database, store }: Services): Promise<void> {
  const ended = await listRows(
    database.pool,
    query`UPDATE ${i} SET state = ${lit(i.state, 'cancelled')}, finished_at = now(),
        error = 'The upload was not finished within two days.'
      WHERE ${i.state} = ${lit(i.state, 'uploading')} AND ${i.created_at} < now() - interval '2 days'
      RETURNING ${row({ id: i.id, projectId: i.project_id })}`,
  );
  for (const { id, projectId } of ended) {
    for (const part of ['items', 'labels']) {
      await store.delete(`projects/${projectId}/imports/${id}/${part}`);
    }
  }
}

/**
 * Throws away what nobody reads any more: old outbox rows, pools of rounds long superseded, and
 * uploads that broke off.
 */
export async function prune(services: Services): Promise<void> {
  const { pool } = services.database;
  for (const statement of OLD) await execute(pool, statement);
  await services.store.clearUnfinished(UNFINISHED_MS);
  await endHalfUploads(services);
  const rounds = await listRows(
    pool,
    query`SELECT * FROM (SELECT ${ENDED} FROM ${r}
        WHERE ${r.state} IN (${lit(r.state, 'superseded')}, ${lit(r.state, 'failed')}, ${lit(r.state, 'cancelled')})) ended
      WHERE age > ${KEPT_POOLS} AND "finishedAt" > now() - interval '1 day'
      ORDER BY "finishedAt" LIMIT 50`,
  );
  for (const { id, projectId } of rounds) {
    await services.store.delete(`projects/${projectId}/rounds/${id}/pool.bin`);
  }
}
