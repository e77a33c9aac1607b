import { Cron } from 'croner';

/**
 * The first moment after `after` that a cron pattern names in a time zone; null when it names none
 * or cannot be read.
 */
export function nextCronRun(pattern: string, timeZone: string, after: Date): Date | null {
  try {
    return new Cron(pattern, { timezone: timeZone, paused: true }).nextRun(after);
  } catch {
    return null;
  }
}
