import {
  type Database,
  db,
  execute,
  findRow,
  getRow,
  listRows,
  newId,
  type Queryable,
  sql,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';

export type ScheduleRow = {
  id: string;
  cron: string;
  timeZone: string;
  enabled: boolean;
  nextAt: Date | null;
  lastFiredAt: Date | null;
  createdAt: Date;
};

export type ScheduleSettings = Pick<ScheduleRow, 'cron' | 'timeZone' | 'enabled' | 'nextAt'>;

const COLUMNS = [
  'id',
  'cron',
  'time_zone as timeZone',
  'enabled',
  'next_at as nextAt',
  'last_fired_at as lastFiredAt',
  'created_at as createdAt',
] as const;

const toColumns = ({ cron, timeZone, enabled, nextAt }: ScheduleSettings) => ({
  cron,
  time_zone: timeZone,
  enabled,
  next_at: nextAt,
});

@Injectable()
export class ScheduleRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  list(projectId: string): Promise<ScheduleRow[]> {
    return listRows(
      this.database.pool,
      db
        .selectFrom('schedule')
        .select(COLUMNS)
        .where('project_id', '=', projectId)
        .orderBy('created_at')
        .orderBy('id'),
    );
  }

  lock(tx: Queryable, projectId: string, id: string): Promise<ScheduleRow | null> {
    return findRow(
      tx,
      db
        .selectFrom('schedule')
        .select(COLUMNS)
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .forUpdate(),
    );
  }

  async databaseTime(tx: Queryable): Promise<Date> {
    const { now } = await getRow(tx, db.selectNoFrom(sql<Date>`now()`.as('now')));
    return now;
  }

  insert(tx: Queryable, projectId: string, settings: ScheduleSettings): Promise<ScheduleRow> {
    return getRow(
      tx,
      db
        .insertInto('schedule')
        .values({ id: newId(), project_id: projectId, ...toColumns(settings) })
        .returning(COLUMNS),
    );
  }

  /** Of a schedule that is locked. */
  update(tx: Queryable, id: string, settings: ScheduleSettings): Promise<ScheduleRow> {
    return getRow(
      tx,
      db.updateTable('schedule').set(toColumns(settings)).where('id', '=', id).returning(COLUMNS),
    );
  }

  async delete(tx: Queryable, projectId: string, id: string): Promise<boolean> {
    const gone = db.deleteFrom('schedule').where('project_id', '=', projectId).where('id', '=', id);
    return (await execute(tx, gone)) === 1;
  }
}
