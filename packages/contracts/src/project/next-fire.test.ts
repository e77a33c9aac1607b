import { describe, expect, it } from 'vitest';
import { nextFireAt } from './next-fire.js';

const after = (iso: string) => new Date(iso);

describe('nextFireAt', () => {
  it('reads the fields on the clock of the time zone', () => {
    const next = nextFireAt('0 6 * * *', 'Europe/Berlin', after('2026-01-10T12:00:00Z'));
    expect(next.toISOString()).toBe('2026-01-11T05:00:00.000Z');
  });

  it('keeps the hour of the day when summer time begins', () => {
    const next = nextFireAt('0 6 * * *', 'Europe/Berlin', after('2026-03-29T00:00:00Z'));
    expect(next.toISOString()).toBe('2026-03-29T04:00:00.000Z');
  });

  for (const [cron, timeZone] of [
    ['every day', 'UTC'],
    ['* * * * * *', 'UTC'],
    ['0 6 * * *', 'Atlantis/Center'],
    ['0 0 30 2 *', 'UTC'],
  ] as const) {
    it(`refuses "${cron}" in ${timeZone}`, () => {
      expect(() => nextFireAt(cron, timeZone, after('2026-01-01T00:00:00Z'))).toThrow(
        expect.objectContaining({ code: 'schedule.invalid' }),
      );
    });
  }
});
