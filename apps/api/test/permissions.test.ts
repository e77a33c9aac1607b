import { allEndpoints, openApiDocument, ROLE_PERMISSIONS, type Role } from '@dubio/contracts';
import { newId } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMember, startTestApp, type TestApp } from './support/test-app.js';

type Operation = {
  operationId: string;
  'x-access': string;
  'x-scope': 'none' | 'workspace' | 'project';
  requestBody?: { content: Record<string, unknown> };
};

const document = openApiDocument() as { paths: Record<string, Record<string, Operation>> };
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const guarded = operations.filter(({ operation }) => operation['x-access'] !== 'public');

let test: TestApp;
let seeded: SeededProject;
const sessions = new Map<string, string>();

beforeAll(async () => {
  test = await startTestApp();
  seeded = await seedProject(test.database, { items: 3, queue: true });
  const foreign = await seedProject(test.database, { items: 1 });
  sessions.set('stranger', await test.signIn(foreign.ownerId));
  for (const role of ['engineer', 'reviewer', 'annotator'] as const) {
    const userId = await addMember(test.database, seeded.workspaceId, role);
    sessions.set(role, await test.signIn(userId));
  }
});
afterAll(() => test.close());

/** A path with ids that exist where they decide, and ids of nothing elsewhere. */
function fill(path: string): string {
  return path
    .replace('{workspaceId}', seeded.workspaceId)
    .replace('{projectId}', seeded.projectId)
    .replace('{itemId}', seeded.itemIds[0] as string)
    .replace('{number}', '1')
    .replace(/\{\w+\}/g, newId());
}

const call = (
  entry: (typeof operations)[number],
  session?: string,
  headers: Record<string, string> = {},
) => {
  const isBytes = 'application/octet-stream' in (entry.operation.requestBody?.content ?? {});
  return test.call(entry.method.toUpperCase(), fill(entry.path), {
    session,
    headers,
    ...(entry.operation.requestBody ? { body: isBytes ? new Uint8Array([1]) : {} } : {}),
  });
};

describe('the document', () => {
  it('speaks of every endpoint, and each names who may call it', () => {
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual(
      allEndpoints.map((definition) => definition.id).sort(),
    );
    for (const { operation } of operations) expect(operation['x-access']).toBeTruthy();
  });
});

describe('nobody signed in', () => {
  for (const entry of guarded) {
    it(`is asked to sign in: ${entry.operation.operationId}`, async () => {
      const answer = await call(entry);
      expect(answer.status).toBe(401);
      expect(answer.body.code).toBe('auth.required');
    });
  }
});

describe('another site', () => {
  const changing = operations.filter(({ method }) => method !== 'get');
  const ways = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
  ];
  for (const entry of changing) {
    it(`cannot make a browser send: ${entry.operation.operationId}`, async () => {
      for (const headers of ways) {
        const answer = await call(entry, sessions.get('engineer'), headers as never);
        expect([headers, answer.body.code]).toEqual([headers, 'request.cross-site']);
      }
    });
  }
});

describe('a stranger from another workspace', () => {
  const scoped = guarded.filter(({ operation }) => operation['x-scope'] !== 'none');
  for (const entry of scoped) {
    it(`finds nothing: ${entry.operation.operationId}`, async () => {
      const answer = await call(entry, sessions.get('stranger'));
      expect(answer.status).toBe(404);
      expect(answer.body.code).toBe('resource.not-found');
    });
  }
});

describe.each(['annotator', 'reviewer', 'engineer'] as Role[])('as %s', (role) => {
  const beyond = guarded.filter(({ operation }) => {
    const access = operation['x-access'];
    return access !== 'signed-in' && !ROLE_PERMISSIONS[role].has(access as never);
  });
  it('there is something that the role may not do', () => {
    expect(beyond.length).toBeGreaterThan(0);
  });
  for (const entry of beyond) {
    it(`is refused: ${entry.operation.operationId}`, async () => {
      const answer = await call(entry, sessions.get(role));
      expect(answer.status).toBe(403);
      expect(answer.body.code).toBe('auth.forbidden');
    });
  }
});
