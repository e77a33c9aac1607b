import { createSignInToken } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMember, startTestApp, type TestApp } from './support/test-app.js';

let test: TestApp;
let seeded: SeededProject;
let owner: string;

beforeAll(async () => {
  test = await startTestApp();
  seeded = await seedProject(test.database, { items: 2 });
  owner = await test.signIn(seeded.ownerId);
});
afterAll(() => test.close());

const invite = async (body: object, session = owner) =>
  test.call('POST', `/workspaces/${seeded.workspaceId}/invitations`, { session, body });
const tokenOf = (url: string) => new URLSearchParams(new URL(url).hash.slice(1)).get('token');
const members = () => `/workspaces/${seeded.workspaceId}/members`;
const tokens = () => `/workspaces/${seeded.workspaceId}/tokens`;

describe('a one-time link', () => {
  it('signs in once; looking at it does not use it up', async () => {
    const token = await createSignInToken(test.database, seeded.ownerId);
    const look = await test.call('POST', '/auth/inspect-link', { body: { token } });
    expect(look.body).toMatchObject({ kind: 'sign-in', needsName: false });
    const both = await Promise.all([
      test.call('POST', '/auth/sign-in', { body: { token } }),
      test.call('POST', '/auth/sign-in', { body: { token } }),
    ]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 410]);
    const cookie = String(both.find((a) => a.status === 200)?.headers['set-cookie']);
    expect(cookie).toMatch(/^dubio_session=[\w-]{43}; .*HttpOnly; SameSite=Lax$/);
  });

  it('ends', async () => {
    const token = await createSignInToken(test.database, seeded.ownerId);
    await test.database.pool.query(`UPDATE sign_in_link SET expires_at = now() - interval '1 s'`);
    const late = await test.call('POST', '/auth/sign-in', { body: { token } });
    expect(late.body.code).toBe('auth.link-invalid');
  });
});

describe('a session', () => {
  it('is kept as a hash and ends when its owner signs out', async () => {
    const session = await test.signIn(seeded.ownerId);
    const { rows } = await test.database.pool.query(
      `SELECT 1 FROM session WHERE encode(token_hash, 'escape') LIKE '%' || $1 || '%'`,
      [session],
    );
    expect(rows).toEqual([]);
    expect((await test.call('GET', '/me', { session })).body.workspaces).toHaveLength(1);
    expect((await test.call('POST', '/auth/sign-out', { session })).status).toBe(204);
    expect((await test.call('GET', '/me', { session })).status).toBe(401);
  });
});

describe('a cookie that somebody planted', () => {
  it('never becomes a session: signing in makes a new secret', async () => {
    const planted = 'A'.repeat(43);
    const token = await createSignInToken(test.database, seeded.ownerId);
    const answer = await test.call('POST', '/auth/sign-in', { session: planted, body: { token } });
    expect(answer.status).toBe(200);
    expect(String(answer.headers['set-cookie'])).not.toContain(planted);
    expect((await test.call('GET', '/me', { session: planted })).status).toBe(401);
  });
});

describe('an invitation', () => {
  it('makes a member of the role it names, once', async () => {
    const made = await invite({ role: 'annotator' });
    const token = tokenOf(made.body.url);
    expect((await test.call('POST', '/auth/inspect-link', { body: { token } })).body).toEqual({
      kind: 'invitation',
      workspaceName: 'Workspace',
      role: 'annotator',
      needsName: true,
    });
    const nameless = await test.call('POST', '/auth/sign-in', { body: { token } });
    expect(nameless.body.fields[0].field).toBe('body.name');
    const joined = await test.call('POST', '/auth/sign-in', { body: { token, name: 'New' } });
    expect(joined.body.workspaces).toEqual([
      { id: seeded.workspaceId, name: 'Workspace', role: 'annotator' },
    ]);
    const again = await test.call('POST', '/auth/sign-in', { body: { token, name: 'Other' } });
    expect(again.body.code).toBe('auth.link-invalid');
  });

  it('never signs in as somebody who exists', async () => {
    const email = 'known@example.org';
    const userId = await addMember(test.database, seeded.workspaceId, 'engineer');
    await test.database.pool.query('UPDATE "user" SET email = $2 WHERE id = $1', [userId, email]);
    const made = await invite({ role: 'annotator', email });
    const taken = await test.call('POST', '/auth/sign-in', {
      body: { token: tokenOf(made.body.url), name: 'Thief' },
    });
    expect(taken.status).toBe(401);
    expect(taken.headers['set-cookie']).toBeUndefined();
  });

  it('leaves the role of somebody who is a member already', async () => {
    const userId = await addMember(test.database, seeded.workspaceId, 'annotator');
    const session = await test.signIn(userId);
    const made = await invite({ role: 'owner' });
    const joined = await test.call('POST', '/auth/sign-in', {
      session,
      body: { token: tokenOf(made.body.url) },
    });
    expect(joined.body.workspaces[0].role).toBe('annotator');
  });

  it('can be withdrawn, and only where it was made', async () => {
    const made = await invite({ role: 'reviewer' });
    const url = `/workspaces/${seeded.workspaceId}/invitations/${made.body.id}`;
    const foreign = await seedProject(test.database, {});
    const stranger = await test.signIn(foreign.ownerId);
    const elsewhere = `/workspaces/${foreign.workspaceId}/invitations/${made.body.id}`;
    expect((await test.call('DELETE', elsewhere, { session: stranger })).status).toBe(404);
    expect((await test.call('DELETE', url, { session: owner })).status).toBe(204);
    const late = await test.call('POST', '/auth/inspect-link', {
      body: { token: tokenOf(made.body.url) },
    });
    expect(late.body.code).toBe('auth.link-invalid');
  });
});

describe('membership', () => {
  it('cannot be raised by oneself', async () => {
    for (const role of ['annotator', 'reviewer', 'engineer'] as const) {
      const userId = await addMember(test.database, seeded.workspaceId, role);
      const session = await test.signIn(userId);
      const own = `${members()}/${userId}`;
      const raised = await test.call('PATCH', own, { session, body: { role: 'owner' } });
      expect(raised.status).toBe(403);
      expect((await invite({ role: 'owner' }, session)).status).toBe(403);
    }
  });

  it('keeps at least one owner, also when two step down at once', async () => {
    const second = await addMember(test.database, seeded.workspaceId, 'owner');
    const secondSession = await test.signIn(second);
    const answers = await Promise.all([
      test.call('PATCH', `${members()}/${seeded.ownerId}`, {
        session: owner,
        body: { role: 'engineer' },
      }),
      test.call('PATCH', `${members()}/${second}`, {
        session: secondSession,
        body: { role: 'engineer' },
      }),
    ]);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    await test.database.pool.query(`UPDATE membership SET role = 'owner' WHERE user_id = $1`, [
      seeded.ownerId,
    ]);
    await test.database.pool.query('DELETE FROM membership WHERE user_id = $1', [second]);
    const last = await test.call('DELETE', `${members()}/${seeded.ownerId}`, { session: owner });
    expect(last.body.code).toBe('resource.conflict');
  });

  it('ends sessions and tokens at once', async () => {
    const userId = await addMember(test.database, seeded.workspaceId, 'engineer');
    const session = await test.signIn(userId);
    const made = await test.call('POST', tokens(), { session, body: { name: 'ci' } });
    const token = made.body.secret;
    expect((await test.call('GET', '/me', { token })).status).toBe(200);
    expect((await test.call('DELETE', `${members()}/${userId}`, { session: owner })).status).toBe(
      204,
    );
    expect((await test.call('GET', '/me', { session })).status).toBe(401);
    expect((await test.call('GET', '/me', { token })).body.code).toBe('auth.token-invalid');
  });

  it('of others is out of reach', async () => {
    const foreign = await seedProject(test.database, {});
    const url = `${members()}/${foreign.ownerId}`;
    expect(
      (await test.call('PATCH', url, { session: owner, body: { role: 'annotator' } })).status,
    ).toBe(404);
    expect((await test.call('DELETE', url, { session: owner })).status).toBe(404);
  });
});

describe('an API token', () => {
  it('is shown once, kept as a hash, and never holds more than its maker may do', async () => {
    const userId = await addMember(test.database, seeded.workspaceId, 'reviewer');
    const session = await test.signIn(userId);
    const greedy = await test.call('POST', tokens(), {
      session,
      body: { name: 'greedy', scopes: ['project.read', 'member.manage'] },
    });
    expect(greedy.status).toBe(403);
    const made = await test.call('POST', tokens(), {
      session,
      body: { name: 'reader', scopes: ['project.read'] },
    });
    expect(made.body.secret).toMatch(/^dub_[\w-]{43}$/);
    const listed = await test.call('GET', tokens(), { session });
    expect(listed.text).not.toContain(made.body.secret);
    const token = made.body.secret;
    const read = await test.call('GET', `/projects/${seeded.projectId}`, { token });
    expect(read.status).toBe(200);
    const lease = await test.call('POST', `/projects/${seeded.projectId}/queue/leases`, {
      token,
      body: {},
    });
    expect(lease.body.code).toBe('auth.forbidden');
  });

  it('loses what its owner loses', async () => {
    const userId = await addMember(test.database, seeded.workspaceId, 'engineer');
    const session = await test.signIn(userId);
    const made = await test.call('POST', tokens(), { session, body: { name: 'all' } });
    const start = () =>
      test.call('GET', `/projects/${seeded.projectId}/schedules`, { token: made.body.secret });
    expect((await start()).status).toBe(200);
    await test.call('PATCH', `${members()}/${userId}`, {
      session: owner,
      body: { role: 'annotator' },
    });
    expect((await start()).status).toBe(403);
  });

  it('of one workspace opens no other, and only its owner can end it', async () => {
    const made = await test.call('POST', tokens(), { session: owner, body: { name: 'mine' } });
    const token = made.body.secret;
    const other = await seedProject(test.database, {});
    await test.database.pool.query(
      `INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, 'owner')`,
      [other.workspaceId, seeded.ownerId],
    );
    expect((await test.call('GET', `/projects/${other.projectId}`, { token })).status).toBe(404);
    const colleague = await test.signIn(
      await addMember(test.database, seeded.workspaceId, 'owner'),
    );
    const url = `${tokens()}/${made.body.id}`;
    expect((await test.call('DELETE', url, { session: colleague })).status).toBe(404);
    expect((await test.call('DELETE', url, { session: owner })).status).toBe(204);
    expect((await test.call('GET', '/me', { token })).body.code).toBe('auth.token-invalid');
  });

  it('that makes another cannot pass on more than it has', async () => {
    const made = await test.call('POST', tokens(), {
      session: owner,
      body: { name: 'narrow', scopes: ['token.manage-own', 'project.read'] },
    });
    const wider = await test.call('POST', tokens(), {
      token: made.body.secret,
      body: { name: 'wider', scopes: ['member.manage'] },
    });
    expect(wider.status).toBe(403);
  });
});

describe('the audit log', () => {
  it('notes privileged acts with who did them', async () => {
    const made = await invite({ role: 'reviewer' });
    const log = await test.call('GET', `/workspaces/${seeded.workspaceId}/audit`, {
      session: owner,
    });
    expect(log.body.items[0]).toMatchObject({
      action: 'member.invite',
      subject: made.body.id,
      actor: 'Owner',
    });
    expect(log.text).not.toContain(tokenOf(made.body.url));
  });
});
