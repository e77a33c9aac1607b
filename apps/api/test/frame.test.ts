import { randomUUID } from 'node:crypto';
import { Problem } from '@dubio/contracts';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from './support/test-app.js';

let test: TestApp;
let seeded: SeededProject;
let owner: string;

beforeAll(async () => {
  test = await startTestApp();
  seeded = await seedProject(test.database, { items: 2 });
  owner = await test.signIn(seeded.ownerId);
});
afterAll(() => test.close());

const projects = () => `/workspaces/${seeded.workspaceId}/projects`;
const newProject = (name: string) => ({
  name,
  itemKind: 'text',
  labelSchema: {
    fields: [
      {
        kind: 'choice',
        name: 'mood',
        question: 'How is it?',
        choices: [{ value: 'good' }, { value: 'bad' }],
      },
    ],
  },
});

describe('errors', () => {
  it('are Problem Details that name field, expectation and what came', async () => {
    const answer = await test.call('POST', projects(), {
      session: owner,
      body: { ...newProject('x'), itemKind: 'sound', name: 7 },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const problem = Problem.parse(answer.body);
    expect(problem.code).toBe('request.invalid');
    expect(problem.type).toBe('urn:dubio:problem:request.invalid');
    expect(problem.detail).toBe('body.name: expected text, got 7.');
    expect(problem.requestId).toBe(answer.headers['x-request-id']);
    expect(problem.fields).toContainEqual({ field: 'body.name', expected: 'text', got: '7' });
    expect(problem.fields).toContainEqual({
      field: 'body.itemKind',
      expected: expect.stringMatching(/^one of .*image/),
      got: '"sound"',
    });
  });

  const broken: [string, () => Promise<{ status: number; body: unknown }>, number][] = [
    [
      'JSON that cannot be read',
      () =>
        test.call('POST', projects(), {
          session: owner,
          headers: { 'content-type': 'application/json' },
          body: '{"name":',
        }),
      400,
    ],
    [
      'a body of a kind that is not taken',
      () =>
        test.call('POST', projects(), {
          session: owner,
          headers: { 'content-type': 'text/html' },
          body: '<p>',
        }),
      415,
    ],
    [
      'a body that is too large',
      () =>
        test.call('POST', projects(), {
          session: owner,
          body: { name: 'x'.repeat(9 * 1024 * 1024) },
        }),
      413,
    ],
    [
      'a method that an address does not take',
      () => test.call('DELETE', projects(), { session: owner }),
      405,
    ],
    [
      'a method of the network alone',
      () => test.call('TRACE', projects(), { session: owner }),
      405,
    ],
    ['a path that does not exist', () => test.call('GET', '/nowhere', { session: owner }), 404],
    ['a path outside the API', () => test.call('GET', '/api/v2/me', { session: owner }), 404],
    ['an id that is none', () => test.call('GET', '/projects/1', { session: owner }), 400],
    [
      'a cursor that was not given',
      () => test.call('GET', `${projects()}?cursor=zzz`, { session: owner }),
      400,
    ],
  ];
  for (const [what, send, status] of broken) {
    it(`answer ${what} as a problem`, async () => {
      const answer = await send();
      expect(answer.status).toBe(status);
      expect(Problem.safeParse(answer.body).error).toBeUndefined();
    });
  }

  it('keep what went wrong inside to the log', async () => {
    const { projectId } = await seedProject(test.database, {});
    await test.database.pool.query(
      `UPDATE project SET model_spec = '{"secret":"inside"}', workspace_id = $2 WHERE id = $1`,
      [projectId, seeded.workspaceId],
    );
    await test.database.pool.query(`UPDATE project SET policies = '7' WHERE id = $1`, [projectId]);
    const answer = await test.call('GET', `/projects/${projectId}`, { session: owner });
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ code: 'internal' });
    expect(answer.body.detail).toBeUndefined();
    expect(answer.text).not.toContain('zod');
  });
});

describe('requests of other sites', () => {
  const signOut = (headers: Record<string, string>) =>
    test.call('POST', projects(), { session: owner, headers, body: {} });
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ]) {
    it(`are refused: ${JSON.stringify(headers)}`, async () => {
      const answer = await signOut(headers);
      expect(answer.status).toBe(403);
      expect(answer.body.code).toBe('request.cross-site');
    });
  }
  for (const headers of [
    { 'sec-fetch-site': 'same-origin' },
    { origin: 'http://localhost:3000' },
    {},
  ] as Record<string, string>[]) {
    it(`our own pass: ${JSON.stringify(headers)}`, async () => {
      expect((await signOut(headers)).body.code).toBe('request.invalid');
    });
  }
});

describe('an idempotency key', () => {
  const create = (key: string, name: string) =>
    test.call('POST', projects(), {
      session: owner,
      headers: { 'idempotency-key': key },
      body: newProject(name),
    });

  it('makes one project of many requests, all with the same answer', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(key, 'Once')));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    const { rows } = await test.database.pool.query(
      `SELECT count(*)::int AS n FROM project WHERE name = 'Once'`,
    );
    expect(rows[0].n).toBe(1);
  });

  it('is refused for another body', async () => {
    const key = randomUUID();
    await create(key, 'First');
    const other = await create(key, 'Second');
    expect(other.body.code).toBe('idempotency.mismatch');
  });

  it('may be tried again after a failure', async () => {
    const key = randomUUID();
    const url = `/projects/${seeded.projectId}/schedules`;
    const send = (cron: string) =>
      test.call('POST', url, {
        session: owner,
        headers: { 'idempotency-key': key },
        body: { cron },
      });
    expect((await send('99 6 * * *')).body.code).toBe('schedule.invalid');
    expect((await send('99 6 * * *')).body.code).toBe('schedule.invalid');
  });
});

describe('settings', () => {
  it('are changed by one of two who read the same version', async () => {
    const url = `/projects/${seeded.projectId}`;
    const { body } = await test.call('GET', url, { session: owner });
    const patch = (name: string) =>
      test.call('PATCH', url, {
        session: owner,
        headers: { 'if-match': `"${body.version}"` },
        body: { name },
      });
    const statuses = [(await patch('One')).status, (await patch('Two')).status];
    expect(statuses).toEqual([200, 409]);
  });
});

describe('limits', () => {
  it('slow down whoever guesses links', async () => {
    const strict = await startTestApp({ rateFactor: 1 });
    try {
      const statuses: number[] = [];
      for (let guess = 0; guess < 31; guess++) {
        const body = { token: `guess-${guess}-${'x'.repeat(20)}` };
        statuses.push((await strict.call('POST', '/auth/sign-in', { body })).status);
      }
      expect(new Set(statuses.slice(0, 30))).toEqual(new Set([410]));
      expect(statuses[30]).toBe(429);
      const last = await strict.call('POST', '/auth/inspect-link', {
        body: { token: 'x'.repeat(30) },
      });
      expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    } finally {
      await strict.close();
    }
  });
});

describe('every answer', () => {
  it('carries the headers that keep browsers from guessing', async () => {
    const { headers } = await test.call('GET', '/health/live');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('keeps a request id that came along, if it is one', async () => {
    const given = await test.call('GET', '/health/live', {
      headers: { 'x-request-id': 'abcdef-123456' },
    });
    expect(given.headers['x-request-id']).toBe('abcdef-123456');
    const odd = await test.call('GET', '/health/live', {
      headers: { 'x-request-id': 'a b"c<script>' },
    });
    expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
