import { randomUUID } from 'node:crypto';
import { api as contract } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { useSeededApp } from './support/seeded-app.js';

const api = useSeededApp();
const NUL = 'a\u0000b';
const HALF = 'a\ud800b';

const calls = Object.values(contract).flatMap((group) => Object.values(group));
/** Calls whose path names nothing but the project: only the text can be what is wrong. */
const ofProject = calls.filter(
  ({ path, scope }) => scope === 'project' && (path.match(/:/g)?.length ?? 0) === 1,
);
const withBody = ofProject.filter((call) => 'body' in call && call.body !== undefined);
const withQuery = ofProject.filter((call) => 'query' in call && call.query !== undefined);
const urlOf = (path: string) => path.replace(':projectId', api.seeded.projectId);

describe('text that can be stored nowhere is refused where it enters', () => {
  it.each(withBody.map((call) => [call.id, call] as const))(
    'in the body of %s',
    async (_, call) => {
      for (const body of [{ name: NUL }, { deep: [{ note: HALF }] }, { [NUL]: 1 }]) {
        const answer = await api.app.call(call.method, urlOf(call.path), {
          session: api.owner,
          headers: { 'idempotency-key': randomUUID() },
          body,
        });
        expect([answer.status, answer.body.code]).toEqual([400, 'request.invalid']);
        expect(answer.body.detail).toMatch(/U\+0000|surrogate/);
      }
    },
  );

  it.each(withQuery.map((call) => [call.id, call] as const))(
    'in the query of %s',
    async (_, call) => {
      const answer = await api.app.call(call.method, `${urlOf(call.path)}?text=a%00b`, {
        session: api.owner,
      });
      expect([answer.status, answer.body.code]).toEqual([400, 'request.invalid']);
    },
  );

  it('and so are levels without end', async () => {
    const deep = JSON.parse('['.repeat(500) + ']'.repeat(500));
    const { status, body } = await api.app.call('PATCH', api.project, {
      session: api.owner,
      body: { name: 'x', deep },
    });
    expect(status).toBe(400);
    expect(body.detail).toMatch(/at most 64 levels/);
  });

  it('finds calls to try: most of a project have a body or a query', () => {
    expect(withBody.length).toBeGreaterThanOrEqual(10);
    expect(withQuery.length).toBeGreaterThan(5);
  });
});

it('a number of a round beyond 32 bits is refused, not looked up', async () => {
  const { status, body } = await api.get('/rounds/99999999999');
  expect([status, body.code]).toEqual([400, 'request.invalid']);
});
