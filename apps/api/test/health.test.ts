import { describe, expect, it } from 'vitest';
import { useSeededApp } from './support/seeded-app.js';

const api = useSeededApp();

describe('health', () => {
  it('tells what is up', async () => {
    const { body } = await api.app.call('GET', '/health/ready');
    expect(body).toMatchObject({
      status: 'degraded',
      parts: { api: 'up', database: 'up', objects: 'up', workers: 'down' },
      workers: 0,
    });
  });

  it('tells whether a queue answers the workers: its own way leads to none', async () => {
    const say = (seen: string | null) =>
      api.app.database.pool.query(
        `INSERT INTO worker_process (id, host, pid, concurrency, queue_seen_at)
         VALUES ('one', 'here', 1, 1, now() - $1::interval)
         ON CONFLICT (id) DO UPDATE SET queue_seen_at = EXCLUDED.queue_seen_at`,
        [seen],
      );
    for (const [seen, status, queue] of [
      ['1 s', 'ready', 'up'],
      ['1 minute', 'degraded', 'down'],
      [null, 'degraded', 'down'],
    ] as const) {
      await say(seen);
      const { body } = await api.app.call('GET', '/health/ready');
      expect(body).toMatchObject({ status, workers: 1, parts: { workers: 'up', queue } });
    }
  });
});
