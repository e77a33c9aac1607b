import { AppError, nextFireAt, type Schedule, ScheduleId } from '@dubio/contracts';
import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, Place } from '../frame/call.js';
import { ScheduleRepository, type ScheduleRow } from './schedule.repository.js';

type Wish = { cron: string; timeZone: string; enabled: boolean };

const toSchedule = (row: ScheduleRow): Schedule => ({
  ...row,
  id: ScheduleId.parse(row.id),
  nextAt: row.nextAt?.toISOString() ?? null,
  lastFiredAt: row.lastFiredAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
});

const nothingHere = () => new AppError('resource.not-found', 'There is no schedule of this id.');

@Injectable()
export class ScheduleService {
  constructor(
    private readonly repository: ScheduleRepository,
    private readonly audit: AuditRepository,
  ) {}

  async list(projectId: string): Promise<{ schedules: Schedule[] }> {
    return { schedules: (await this.repository.list(projectId)).map(toSchedule) };
  }

  /** @throws AppError schedule.invalid */
  async create(actor: Actor, place: Place, wish: Wish): Promise<Schedule> {
    return this.repository.transaction(async (tx) => {
      const settings = this.plan(wish, await this.repository.databaseTime(tx));
      const row = await this.repository.insert(tx, place.projectId ?? '', settings);
      await this.audit.add(tx, actor, place, {
        action: 'schedule.create',
        subject: row.id,
        details: wish,
      });
      return toSchedule(row);
    });
  }

  /** @throws AppError resource.not-found, schedule.invalid */
  async update(
    actor: Actor,
    place: Place,
    change: { id: string; wish: { [Key in keyof Wish]?: Wish[Key] | undefined } },
  ): Promise<Schedule> {
    return this.repository.transaction(async (tx) => {
      const before = await this.repository.lock(tx, place.projectId ?? '', change.id);
      if (before === null) throw nothingHere();
      const wish = {
        cron: change.wish.cron ?? before.cron,
        timeZone: change.wish.timeZone ?? before.timeZone,
        enabled: change.wish.enabled ?? before.enabled,
      };
      const settings = this.plan(wish, await this.repository.databaseTime(tx));
      const row = await this.repository.update(tx, change.id, settings);
      await this.audit.add(tx, actor, place, {
        action: 'schedule.update',
        subject: change.id,
        details: wish,
      });
      return toSchedule(row);
    });
  }

  async remove(actor: Actor, place: Place, id: string): Promise<void> {
    await this.repository.transaction(async (tx) => {
      if (!(await this.repository.delete(tx, place.projectId ?? '', id))) throw nothingHere();
      await this.audit.add(tx, actor, place, { action: 'schedule.delete', subject: id });
    });
  }

  /**
   * A schedule that is switched off is checked like any other, so that switching it on cannot fail.
   */
  private plan(wish: Wish, now: Date) {
    const next = nextFireAt(wish.cron, wish.timeZone, now);
    return { ...wish, nextAt: wish.enabled ? next : null };
  }
}
