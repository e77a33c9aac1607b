import { newId } from '@dubio/platform';
import { describe, expect, it } from 'vitest';
import { useSeededApp } from './support/seeded-app.js';

const api = useSeededApp();

describe('projects', () => {
  it('are made with defaults that fit their answers, and can be deleted', async () => {
    const made = await api.app.call('POST', `/workspaces/${api.seeded.workspaceId}/projects`, {
      session: api.owner,
      body: {
        name: 'Prices',
        itemKind: 'table',
        labelSchema: {
          fields: [{ kind: 'number', name: 'price', question: 'What is it worth?', unit: '€' }],
        },
      },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      state: 'empty',
      metricName: 'rmse',
      acquisition: { rule: 'power-variance' },
      featuriser: { kind: 'table' },
      policies: { retrainAfterLabels: 20, overlap: 1 },
      verdict: { headline: 'Keep labelling', met: false },
    });
    const url = `/projects/${made.body.id}`;
    expect((await api.app.call('DELETE', url, { session: api.owner })).status).toBe(204);
    expect((await api.app.call('GET', url, { session: api.owner })).status).toBe(404);
  });

  it('are listed page by page, each once', async () => {
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const url = `/workspaces/${api.seeded.workspaceId}/projects?limit=1${query}`;
      const page = await api.app.call('GET', url, { session: api.owner });
      names.push(...page.body.items.map((p: { id: string }) => p.id));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(names).toEqual([...new Set(names)]);
    expect(names).toContain(api.seeded.projectId);
  });
});

describe('a change of overlap', () => {
  it('opens the queue for more opinions', async () => {
    const open = async () =>
      (
        await api.app.database.pool.query(
          'SELECT sum(open_slots)::int AS n FROM queue_entry WHERE project_id = $1',
          [api.seeded.projectId],
        )
      ).rows[0].n;
    const change = (overlap: number) =>
      api.app.call('PATCH', api.project, { session: api.owner, body: { policies: { overlap } } });
    await change(3);
    expect(await open()).toBe(24);
    await change(1);
    expect(await open()).toBe(8);
  });
});

describe('uncertainty and models before the first round', () => {
  it('say so', async () => {
    expect((await api.get('/uncertainty')).body.code).toBe('model.not-ready');
    expect((await api.get('/models')).body).toEqual({ items: [], nextCursor: null });
    expect((await api.get(`/models/${newId()}`)).status).toBe(404);
  });
});
