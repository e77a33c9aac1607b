import { randomUUID } from 'node:crypto';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from './support/test-app.js';

let test: TestApp;
let seeded: SeededProject;
let owner: string;
let annotator: string;

beforeAll(async () => {
  test = await startTestApp();
  const policies = { answerUnleased: true };
  seeded = await seedProject(test.database, { items: 3, annotators: 2, queue: true, policies });
  owner = await test.signIn(seeded.ownerId);
  annotator = await test.signIn(seeded.annotatorIds[0] as string);
});
afterAll(() => test.close());

const project = () => `/projects/${seeded.projectId}`;
const SCRIPT = '<img src=x onerror=alert(1)>';

describe('filters', () => {
  it('are closed lists: names of columns and relations do nothing', async () => {
    const url = `${project()}/items?project.workspace.memberships.role=owner&orderBy=contentHash&include=project`;
    const answer = await test.call('GET', url, { session: owner });
    expect(answer.status).toBe(200);
    expect(answer.body.items).toHaveLength(3);
    expect(Object.keys(answer.body.items[0]).sort()).toEqual([
      'createdAt',
      'externalId',
      'id',
      'imageUrl',
      'kind',
      'label',
      'ordinal',
      'payload',
      'split',
      'state',
    ]);
  });

  for (const query of ["split=pool'--", 'split[contains]=p', 'limit=100000', 'state=%24ne']) {
    it(`refuse what is not on the list: ${query}`, async () => {
      const answer = await test.call('GET', `${project()}/items?${query}`, { session: owner });
      if (answer.status === 200) expect(answer.body.items).toHaveLength(3);
      else expect(answer.body.code).toBe('request.invalid');
    });
  }

  it('are values, never SQL', async () => {
    const externalId = encodeURIComponent("item-0' OR '1'='1");
    const url = `${project()}/items?externalId=${externalId}`;
    expect((await test.call('GET', url, { session: owner })).body.items).toEqual([]);
  });
});

describe('bodies', () => {
  it('cannot set what the contract does not name', async () => {
    const answer = await test.call('PATCH', project(), {
      session: owner,
      body: { name: 'Renamed', workspaceId: randomUUID(), truthKey: 'x', labelCount: 999 },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ workspaceId: seeded.workspaceId, labelCount: 0 });
  });

  it('cannot reach into prototypes', async () => {
    const answer = await test.call('PATCH', project(), {
      session: owner,
      headers: { 'content-type': 'application/json' },
      body: '{"__proto__":{"polluted":true},"name":"x"}',
    });
    expect(answer.status).toBe(400);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('text that looks like HTML', () => {
  it('comes back as JSON that no browser renders', async () => {
    await test.database.pool.query(
      `UPDATE item SET payload = jsonb_build_object('text', $2::text) WHERE id = $1`,
      [seeded.itemIds[0], SCRIPT],
    );
    const answer = await test.call('GET', `${project()}/items/${seeded.itemIds[0]}`, {
      session: owner,
    });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.body.payload.text).toBe(SCRIPT);
  });

  it('in an error is a value of JSON, too', async () => {
    const answer = await test.call('GET', `/projects/${encodeURIComponent(SCRIPT)}`, {
      session: owner,
    });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });
});

describe('pictures', () => {
  const image = () =>
    test.call('GET', `${project()}/items/${seeded.itemIds[1]}/image`, { session: annotator });
  const store = async (key: string, bytes: string | Uint8Array) => {
    await test.store.put(key, typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
    await test.database.pool.query('UPDATE item SET blob_key = $2 WHERE id = $1', [
      seeded.itemIds[1],
      key,
    ]);
  };

  it('that are not re-encoded are never sent', async () => {
    await store(`projects/${seeded.projectId}/items/x.svg`, `<svg onload="alert(1)"/>`);
    expect((await image()).status).toBe(404);
  });

  it('come sandboxed', async () => {
    const png = Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      Buffer.from('rest'),
    ]);
    await store(`projects/${seeded.projectId}/items/x.png`, png);
    const answer = await image();
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('paths', () => {
  for (const path of [
    '/projects/../../etc/passwd',
    '/projects/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    `/projects/..%2f${randomUUID()}`,
    '/projects/%00',
  ]) {
    it(`lead nowhere: ${path}`, async () => {
      const answer = await test.call('GET', path, { session: owner });
      expect([400, 404]).toContain(answer.status);
      expect(answer.text).not.toContain('root:');
    });
  }

  it('of uploads are made of ids, not of names', async () => {
    const made = await test.call('POST', `${project()}/imports`, {
      session: owner,
      body: { fileName: '../../../../evil.csv', options: { kind: 'csv' } },
    });
    expect(made.status).toBe(201);
    const sent = await test.call('PUT', `${project()}/imports/${made.body.id}/content`, {
      session: owner,
      body: new TextEncoder().encode('a,b\n1,2\n'),
    });
    expect(sent.status).toBe(202);
    const keys: string[] = [];
    for await (const key of test.store.list('')) keys.push(key);
    expect(keys).toContain(`projects/${seeded.projectId}/imports/${made.body.id}/items`);
    expect(keys.some((key) => key.includes('evil'))).toBe(false);
  });
});

describe('what belongs to others', () => {
  it('cannot be undone or replaced', async () => {
    const colleague = await test.signIn(seeded.annotatorIds[1] as string);
    const submit = (session: string, extra: object) =>
      test.call('POST', `${project()}/annotations`, {
        session,
        body: {
          annotations: [
            {
              key: randomUUID(),
              itemId: seeded.itemIds[2],
              kind: 'answer',
              answer: { answer: 'a' },
              durationMs: 1,
              ...extra,
            },
          ],
        },
      });
    const mine = await submit(annotator, {});
    const { id } = mine.body.outcomes[0].annotation;
    const stolen = await submit(colleague, { supersedes: id });
    expect(stolen.body.outcomes[0]).toMatchObject({
      status: 'refused',
      code: 'annotation.not-yours',
    });
    const undone = await test.call('POST', `${project()}/annotations/undo`, {
      session: colleague,
      body: { key: randomUUID(), annotationId: id },
    });
    expect(undone.body.code).toBe('annotation.not-yours');
  });

  it('stays unseen through ids of another project', async () => {
    const other = await seedProject(test.database, { items: 1 });
    await test.database.pool.query(
      `INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, 'owner')`,
      [other.workspaceId, seeded.ownerId],
    );
    // A member of both: the item is of the other project all the same.
    for (const path of ['', '/image']) {
      const url = `${project()}/items/${other.itemIds[0]}${path}`;
      expect((await test.call('GET', url, { session: owner })).status).toBe(404);
    }
  });

  it('is the model, for annotators, where the project hides it', async () => {
    await test.database.pool.query(
      `UPDATE queue_entry SET total = 1, aleatoric = 0.4, epistemic = 0.6, quantile = 0.9,
         predicted = 1, votes = '{1,9}' WHERE project_id = $1`,
      [seeded.projectId],
    );
    const lease = (session: string) =>
      test.call('POST', `${project()}/queue/leases`, { session, body: { count: 1 } });
    const hidden = await lease(annotator);
    expect(hidden.body.leased[0]).toMatchObject({ uncertainty: null, epistemicQuantile: null });
    const shown = await lease(owner);
    expect(shown.body.leased[0].uncertainty).toMatchObject({ epistemic: 0.6, votes: [1, 9] });
  });
});
