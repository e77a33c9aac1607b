import { describe, expect, it } from 'vitest';
import { nextCronRun } from './cron.js';

describe('nextCronRun', () => {
  const at = (text: string) => new Date(text);

  it('counts in the time zone, across a change of the clock', () => {
    expect(nextCronRun('0 2 * * *', 'UTC', at('2026-03-28T12:00:00Z'))).toEqual(
      at('2026-03-29T02:00:00Z'),
    );
    expect(nextCronRun('0 7 * * *', 'Europe/Berlin', at('2026-03-28T12:00:00Z'))).toEqual(
      at('2026-03-29T05:00:00Z'),
    );
  });

  it('answers null for what is no pattern and no time zone', () => {
    expect(nextCronRun('every day', 'UTC', at('2026-01-01T00:00:00Z'))).toBeNull();
    expect(nextCronRun('0 2 * * *', 'Mars/Olympus', at('2026-01-01T00:00:00Z'))).toBeNull();
  });
});
