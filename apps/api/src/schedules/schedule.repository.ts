import { type Database, newId, type Queryable } from '@dubio/platform';
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

const COLUMNS = `id, cron, time_zone AS "timeZone", enabled, next_at AS "nextAt",
  last_fired_at AS "lastFiredAt", created_at AS "createdAt"`;

@Injectable()
export class ScheduleRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async list(projectId: string): Promise<ScheduleRow[]> {
    const { rows } = await this.database.pool.query<ScheduleRow>(
      `SELECT ${COLUMNS} FROM schedule WHERE project_id = $1 ORDER BY created_at, id`,
      [projectId],
    );
    return rows;
  }

  async lock(tx: Queryable, projectId: string, id: string): Promise<ScheduleRow | null> {
    const { rows } = await tx.query<ScheduleRow>(
      `SELECT ${COLUMNS} FROM schedule WHERE project_id = $1 AND id = $2 FOR UPDATE`,
      [projectId, id],
    );
    return rows[0] ?? null;
  }

  async databaseTime(tx: Queryable): Promise<Date> {
    const { rows } = await tx.query<{ now: Date }>('SELECT now() AS now');
    return rows[0]?.now ?? new Date();
  }

  async insert(tx: Queryable, projectId: string, settings: ScheduleSettings): Promise<ScheduleRow> {
    const { rows } = await tx.query<ScheduleRow>(
      `INSERT INTO schedule (id, project_id, cron, time_zone, enabled, next_at)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
      [newId(), projectId, settings.cron, settings.timeZone, settings.enabled, settings.nextAt],
    );
    const row = rows[0];
    if (row === undefined) throw new Error('INSERT … RETURNING answered no row');
    return row;
  }

  async update(tx: Queryable, id: string, settings: ScheduleSettings): Promise<ScheduleRow> {
    const { rows } = await tx.query<ScheduleRow>(
      `UPDATE schedule SET cron = $2, time_zone = $3, enabled = $4, next_at = $5
       WHERE id = $1 RETURNING ${COLUMNS}`,
      [id, settings.cron, settings.timeZone, settings.enabled, settings.nextAt],
    );
    const row = rows[0];
    if (row === undefined) throw new Error(`schedule ${id} vanished under its lock`);
    return row;
  }

  async delete(tx: Queryable, projectId: string, id: string): Promise<boolean> {
    const { rowCount } = await tx.query('DELETE FROM schedule WHERE project_id = $1 AND id = $2', [
      projectId,
      id,
    ]);
    return rowCount === 1;
  }
}
