import { Cron } from 'croner';
import { AppError } from '../errors.js';

/**
 * When a schedule fires next after `from`: five cron fields (minute, hour, day, month, weekday),
 * read on the clock of an IANA time zone, summer time included.
 *
 * @throws AppError schedule.invalid when cron or time zone cannot be read, or it would never fire
 */
export function nextFireAt(cron: string, timeZone: string, from: Date): Date {
  let next: Date | null;
  try {
    next = new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true }).nextRun(from);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^\w+: /, '') : 'unreadable';
    throw new AppError(
      'schedule.invalid',
      `Expected five cron fields and a time zone, like "0 6 * * 1" in Europe/Berlin; got "${cron}" in ${timeZone}: ${reason}`,
      { cause },
    );
  }
  if (next === null) {
    throw new AppError('schedule.invalid', `"${cron}" names a moment that never comes.`);
  }
  return next;
}
