import { describe, expect, it } from 'vitest';
import { useSeededApp } from './support/seeded-app.js';

const api = useSeededApp();

describe('simulations', () => {
  it('need known answers', async () => {
    const spec = { rules: ['bald'], poolSize: 100, startLabels: 2, endLabels: 50 };
    expect((await api.post('/simulations', spec)).body.code).toBe('simulation.no-truth');
  });

  it('are a replay for each rule and seed; cancelled ones can be run again', async () => {
    await api.app.database.pool.query(`UPDATE project SET truth_key = 'x' WHERE id = $1`, [
      api.seeded.projectId,
    ]);
    const spec = {
      rules: ['bald', 'random'],
      seeds: 2,
      startLabels: 2,
      endLabels: 6,
      poolSize: 10,
    };
    const made = await api.post('/simulations', spec);
    expect(made.status).toBe(202);
    expect(made.body.replays).toHaveLength(4);
    const url = `/simulations/${made.body.id}`;
    expect((await api.post(`${url}/cancel`)).body.state).toBe('cancelled');
    const again = await api.post(`${url}/retry`);
    expect(again.body.state).toBe('queued');
    expect(again.body.replays.map((r: { state: string }) => r.state)).toEqual(
      Array(4).fill('waiting'),
    );
    expect((await api.get('/simulations')).body.items).toHaveLength(1);
  });
});

describe('the demo annotator', () => {
  it('answers as a machine member of the workspace', async () => {
    const answer = await api.post('/demo-answers', { count: 30 });
    expect(answer.status).toBe(202);
    const { rows } = await api.app.database.pool.query(
      `SELECT u.is_machine AS machine, o.payload->'count' AS count FROM outbox_job o
       JOIN "user" u ON u.id::text = o.payload->>'userId' WHERE o.name = 'demo.annotate'`,
    );
    expect(rows).toEqual([{ machine: true, count: 30 }]);
  });
});
