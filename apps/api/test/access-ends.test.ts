import { randomUUID } from 'node:crypto';
import { publishEvent } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveAccess } from '../src/access/live-access.js';
import { addMember, startTestApp, type TestApp } from './support/test-app.js';

let test: TestApp;
let second: TestApp;
let seeded: SeededProject;
let owner: string;
const places: string[] = [];

beforeAll(async () => {
  test = await startTestApp();
  second = await startTestApp({ beside: test });
  seeded = await seedProject(test.database, {
    items: 3,
    queue: true,
    policies: { leaseSeconds: 3600 },
  });
  owner = await test.signIn(seeded.ownerId);
  places.push(await test.listen(), await second.listen());
});
afterAll(async () => {
  await second.close();
  await test.close();
});

const sql = (text: string, values: unknown[]) => test.database.pool.query(text, values);
const member = (userId: string) => `/workspaces/${seeded.workspaceId}/members/${userId}`;
const tokens = () => `/workspaces/${seeded.workspaceId}/tokens`;
const project = (path: string) => `/projects/${seeded.projectId}${path}`;

type Stream = { ended: Promise<string>; heard: () => string };

/** Opens the live events at each process; `ended` resolves with all that came until the end. */
async function watch(headers: Record<string, string>): Promise<Stream[]> {
  return Promise.all(
    places.map(async (place) => {
      const response = await fetch(`${place}/api/v1${project('/events')}`, { headers });
      expect(response.status).toBe(200);
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      let text = '';
      let begun = () => {};
      const connected = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const read = async () => {
        try {
          for (;;) {
            const { done, value } = await reader.read();
            if (done) return text;
            text += new TextDecoder().decode(value);
            begun();
          }
        } catch {
          return text;
        }
      };
      const ended = read();
      await connected;
      return { ended, heard: () => text };
    }),
  );
}

const withSession = (session: string) => watch({ cookie: `dubio_session=${session}` });
const withToken = (token: string) => watch({ authorization: `Bearer ${token}` });
const endOf = (streams: Stream[]) => Promise.all(streams.map((stream) => stream.ended));

async function join(role: 'owner' | 'engineer' | 'annotator') {
  const userId = await addMember(test.database, seeded.workspaceId, role);
  return { userId, session: await test.signIn(userId) };
}
async function makeToken(by: { session?: string; token?: string }, body: object = {}) {
  const made = await test.call('POST', tokens(), { ...by, body: { name: 'program', ...body } });
  expect(made.status).toBe(201);
  return made.body as { id: string; secret: string; expiresAt: string };
}

describe('live events end, at every process, for', () => {
  it('a member who is removed, and nothing more is heard', async () => {
    const { userId, session } = await join('annotator');
    const token = await makeToken({ session });
    const streams = [...(await withSession(session)), ...(await withToken(token.secret))];
    const stays = await withSession(owner);
    expect((await test.call('DELETE', member(userId), { session: owner })).status).toBe(204);
    const heard = await endOf(streams);
    await test.database.transaction((tx) =>
      publishEvent(tx, seeded.projectId, { type: 'labels.changed', labels: 7 }),
    );
    await expect.poll(() => stays.every((one) => one.heard().includes('"labels":7'))).toBe(true);
    for (const text of heard) expect(text).not.toContain('"labels":7');
  });

  it('a session that is signed out, and for no other of the same person', async () => {
    const { userId, session } = await join('annotator');
    const other = await test.signIn(userId);
    const streams = await withSession(session);
    const stays = await withSession(other);
    expect((await test.call('POST', '/auth/sign-out', { session })).status).toBe(204);
    await endOf(streams);
    await test.database.transaction((tx) =>
      publishEvent(tx, seeded.projectId, { type: 'labels.changed', labels: 8 }),
    );
    await expect.poll(() => stays.every((one) => one.heard().includes('"labels":8'))).toBe(true);
  });

  it('a token that is revoked, and for those made with it', async () => {
    const { session } = await join('engineer');
    const parent = await makeToken({ session });
    const child = await makeToken({ token: parent.secret });
    const streams = [...(await withToken(parent.secret)), ...(await withToken(child.secret))];
    await test.call('DELETE', `${tokens()}/${parent.id}`, { session });
    await endOf(streams);
  });

  it('an account that is disabled, whoever does it', async () => {
    const { userId, session } = await join('annotator');
    const streams = await withSession(session);
    await sql('UPDATE "user" SET disabled_at = now() WHERE id = $1', [userId]);
    await endOf(streams);
  });

  it('a right that ended by the clock, at the next look', async () => {
    const { userId, session } = await join('annotator');
    const streams = await withSession(session);
    // As the clock does it: without a word to anybody.
    await test.database.transaction(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica');
      await tx.query(`UPDATE session SET expires_at = now() - interval '1 s' WHERE user_id = $1`, [
        userId,
      ]);
    });
    for (const { app } of [test, second]) await app.get(LiveAccess).lookAgain(null);
    await endOf(streams);
  });
});

describe('a right that is smaller', () => {
  it('ends what needs more, and leaves what it still allows', async () => {
    const { userId, session } = await join('owner');
    const streams = await withSession(session);
    const live = test.app.get(LiveAccess);
    await test.call('PATCH', member(userId), { session: owner, body: { role: 'annotator' } });
    await live.lookAgain(userId);
    await test.database.transaction((tx) =>
      publishEvent(tx, seeded.projectId, { type: 'labels.changed', labels: 9 }),
    );
    // An annotator may follow the project as well.
    await expect.poll(() => streams.every((one) => one.heard().includes('"labels":9'))).toBe(true);
    expect(
      (await test.call('GET', `/workspaces/${seeded.workspaceId}/audit`, { session })).status,
    ).toBe(403);
  });

  it('of an owner takes the invitations that he made', async () => {
    const { userId, session } = await join('owner');
    const invite = async () => {
      const url = `/workspaces/${seeded.workspaceId}/invitations`;
      const made = await test.call('POST', url, { session, body: { role: 'owner' } });
      return new URLSearchParams(new URL(made.body.url).hash.slice(1)).get('token');
    };
    const token = await invite();
    await test.call('PATCH', member(userId), { session: owner, body: { role: 'engineer' } });
    const back = await test.call('POST', '/auth/sign-in', { body: { token, name: 'Back' } });
    expect(back.body.code).toBe('auth.link-invalid');
  });
});

describe('a member who is removed', () => {
  it('gives back what he held, at once', async () => {
    const { userId, session } = await join('annotator');
    const lease = (who: string) =>
      test.call('POST', project('/queue/leases'), { session: who, body: { count: 3 } });
    const held = await lease(session);
    expect(held.body.leased).toHaveLength(3);
    const next = await join('annotator');
    expect((await lease(next.session)).body.leased).toHaveLength(0);
    await test.call('DELETE', member(userId), { session: owner });
    const items = (answer: typeof held) =>
      answer.body.leased.map((one: { item: { id: string } }) => one.item.id).sort();
    expect(items(await lease(next.session))).toEqual(items(held));
    await test.call('DELETE', member(next.userId), { session: owner });
  });

  it('cannot come back by an invitation of his own', async () => {
    const { userId, session } = await join('owner');
    const url = `/workspaces/${seeded.workspaceId}/invitations`;
    const made = await test.call('POST', url, { session, body: { role: 'owner' } });
    const token = new URLSearchParams(new URL(made.body.url).hash.slice(1)).get('token');
    await test.call('DELETE', member(userId), { session: owner });
    const back = await test.call('POST', '/auth/sign-in', { body: { token, name: 'Back' } });
    expect(back.body.code).toBe('auth.link-invalid');
  });
});

describe('a token made with a token', () => {
  it('lasts no longer than that one', async () => {
    const parent = await makeToken({ session: owner }, { expiresInDays: 2 });
    const child = await makeToken({ token: parent.secret }, { expiresInDays: 300 });
    expect(child.expiresAt).toBe(parent.expiresAt);
    const brief = await makeToken({ token: parent.secret }, { expiresInDays: 1 });
    expect(brief.expiresAt < parent.expiresAt).toBe(true);
  });

  it('ends with it, however many lie between', async () => {
    const line = [await makeToken({ session: owner })];
    for (let n = 0; n < 3; n += 1) line.push(await makeToken({ token: line.at(-1)?.secret ?? '' }));
    const apart = await makeToken({ session: owner });
    const status = async (token: string) => (await test.call('GET', '/me', { token })).status;
    await test.call('DELETE', `${tokens()}/${line[1]?.id}`, { session: owner });
    const statuses = await Promise.all([...line, apart].map(({ secret }) => status(secret)));
    expect(statuses).toEqual([200, 401, 401, 401, 200]);
  });

  it('is never left over when both happen at once', async () => {
    for (let n = 0; n < 8; n += 1) {
      const parent = await makeToken({ session: owner });
      const name = randomUUID();
      const makes = Array.from({ length: 4 }, () =>
        test.call('POST', tokens(), { token: parent.secret, body: { name } }),
      );
      await Promise.all([
        ...makes,
        test.call('DELETE', `${tokens()}/${parent.id}`, { session: owner }),
      ]);
      const { rows } = await sql('SELECT 1 FROM api_token WHERE name = $1 AND revoked_at IS NULL', [
        name,
      ]);
      expect(rows).toEqual([]);
    }
  });
});
