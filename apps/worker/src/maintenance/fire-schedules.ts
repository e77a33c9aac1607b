import { nextCronRun } from '@dubio/contracts';
import { requestRound } from '@dubio/labelling';
import type { Queryable } from '@dubio/platform';
import type { Services } from '../services.js';

type DueSchedule = {
  id: string;
  project_id: string;
  cron: string;
  time_zone: string;
  next_at: Date | null;
  now: Date;
};

/** Starts the rounds whose time has come. One that was missed while nothing ran fires once, not once a miss. */
export async function fireSchedules(services: Services): Promise<void> {
  const { rows } = await (services.database.pool as Queryable).query<{ id: string }>(
    `SELECT id FROM schedule WHERE enabled AND (next_at IS NULL OR next_at <= now()) ORDER BY next_at`,
  );
  for (const { id } of rows) {
    await services.database
      .transaction((tx) => fire(tx as Queryable, id))
      .catch((error: unknown) => services.logger.error({ err: error, id }, 'schedule failed'));
  }
}

async function fire(tx: Queryable, id: string): Promise<void> {
  const { rows } = await tx.query<DueSchedule>(
    `SELECT id, project_id, cron, time_zone, next_at, now() AS now FROM schedule
      WHERE id = $1 AND enabled AND (next_at IS NULL OR next_at <= now()) FOR UPDATE SKIP LOCKED`,
    [id],
  );
  const schedule = rows[0];
  if (schedule === undefined) return;
  const next = nextCronRun(schedule.cron, schedule.time_zone, schedule.now);
  // A schedule without a time has just been made: its first time is the next one, not this one.
  const isDue = schedule.next_at !== null;
  await tx.query(
    `UPDATE schedule SET next_at = $2, enabled = enabled AND $2::timestamptz IS NOT NULL,
            last_fired_at = CASE WHEN $3 THEN now() ELSE last_fired_at END WHERE id = $1`,
    [id, next, isDue],
  );
  if (isDue) await requestRound(tx, { projectId: schedule.project_id, trigger: 'schedule' });
}
