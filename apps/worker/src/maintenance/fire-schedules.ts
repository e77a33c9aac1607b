import { nextCronRun } from '@dubio/contracts';
import { requestRound } from '@dubio/labelling';
import {
  db,
  execute,
  findRow,
  listRows,
  type Queryable,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';
import type { Services } from '../services.js';

const s = table('schedule', 's');

const DUE = row({
  projectId: s.project_id,
  cron: s.cron,
  timeZone: s.time_zone,
  nextAt: s.next_at,
  now: sql<Date>`now()`,
});
const IS_DUE = sql<boolean>`${s.enabled} AND (${s.next_at} IS NULL OR ${s.next_at} <= now())`;

/**
 * Starts the rounds whose time has come. One that was missed while nothing ran fires once, not once
 * a miss.
 */
export async function fireSchedules(services: Services): Promise<void> {
  const rows = await listRows(
    services.database.pool,
    query`SELECT ${row({ id: s.id })} FROM ${s} WHERE ${IS_DUE} ORDER BY ${s.next_at}`,
  );
  for (const { id } of rows) {
    await services.database
      .transaction((tx) => fire(tx, id))
      .catch((error: unknown) => services.logger.error({ err: error, id }, 'schedule failed'));
  }
}

async function fire(tx: Queryable, id: string): Promise<void> {
  const schedule = await findRow(
    tx,
    query`SELECT ${DUE} FROM ${s} WHERE ${s.id} = ${id} AND ${IS_DUE} FOR UPDATE SKIP LOCKED`,
  );
  if (schedule === null) return;
  const next = nextCronRun(schedule.cron, schedule.timeZone, schedule.now);
  // A schedule without a time has just been made: its first time is the next one, not this one.
  const isDue = schedule.nextAt !== null;
  await execute(
    tx,
    db
      .updateTable('schedule')
      .set({
        next_at: next,
        ...(next === null ? { enabled: false } : {}),
        ...(isDue ? { last_fired_at: sql`now()` } : {}),
      })
      .where('id', '=', id),
  );
  if (isDue) await requestRound(tx, { projectId: schedule.projectId, trigger: 'schedule' });
}
