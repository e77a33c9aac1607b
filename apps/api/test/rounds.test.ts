import { describe, expect, it } from 'vitest';
import { useSeededApp } from './support/seeded-app.js';

const api = useSeededApp();

describe('rounds', () => {
  it('are started, remembered once, listed and cancelled', async () => {
    const first = await api.post('/rounds');
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({
      remembered: false,
      round: { number: 1, state: 'queued', trigger: 'person', triggeredBy: 'Owner' },
    });
    expect((await api.post('/rounds')).body).toEqual({ round: null, remembered: true });
    expect((await api.get('/rounds')).body.items).toHaveLength(1);
    expect((await api.post('/rounds/1/cancel')).body.state).toBe('cancelled');
    expect((await api.post('/rounds/1/cancel')).body.code).toBe('round.not-running');
    expect((await api.get('/rounds/7')).status).toBe(404);
  });
});

describe('schedules', () => {
  it('know when they fire next, and nothing while switched off', async () => {
    const made = await api.post('/schedules', { cron: '0 6 * * 1', timeZone: 'Europe/Berlin' });
    expect(made.status).toBe(201);
    expect(new Date(made.body.nextAt).getTime()).toBeGreaterThan(Date.now());
    const url = `${api.project}/schedules/${made.body.id}`;
    const off = await api.app.call('PATCH', url, { session: api.owner, body: { enabled: false } });
    expect(off.body).toMatchObject({ enabled: false, nextAt: null, cron: '0 6 * * 1' });
    expect((await api.get('/schedules')).body.schedules).toHaveLength(1);
    expect((await api.app.call('DELETE', url, { session: api.owner })).status).toBe(204);
    expect((await api.app.call('DELETE', url, { session: api.owner })).status).toBe(404);
  });

  it('that cannot be read say how one looks', async () => {
    const answer = await api.post('/schedules', { cron: 'every monday', timeZone: 'UTC' });
    expect(answer.status).toBe(422);
    expect(answer.body.detail).toContain('five cron fields');
  });
});
