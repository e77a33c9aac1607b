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
});
