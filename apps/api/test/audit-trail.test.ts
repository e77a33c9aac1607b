import { type AuditEvent, allEndpoints } from '@dubio/contracts';
import { createSignInToken } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addMember, startTestApp, type TestApp } from './support/test-app.js';

const HOUR_MS = 3_600_000;
const NOBODYS = 'nobody-ever-made-this-token-of-ours';

let test: TestApp;
let seeded: SeededProject;
let owner: string;

beforeAll(async () => {
  // In the middle of an hour: what is counted by the hour must not fall into two of them.
  const middle = (Math.floor(Date.now() / HOUR_MS) + 0.5) * HOUR_MS;
  vi.useFakeTimers({ toFake: ['Date'], now: middle });
  test = await startTestApp({ rateFactor: 1 });
  seeded = await seedProject(test.database, { items: 1 });
  owner = await test.signIn(seeded.ownerId);
});
afterAll(async () => {
  await test.close();
  vi.useRealTimers();
});

const at = (path: string) => `/workspaces/${seeded.workspaceId}${path}`;
const as = (session = owner) => ({ session });
const tokenOf = (url: string) => new URLSearchParams(new URL(url).hash.slice(1)).get('token');
const join = (role: 'owner' | 'annotator') => addMember(test.database, seeded.workspaceId, role);
const invite = async () =>
  (await test.call('POST', at('/invitations'), { ...as(), body: { role: 'annotator' } })).body;
const makeToken = async (session = owner) =>
  (await test.call('POST', at('/tokens'), { session, body: { name: 'program' } })).body;

async function log(): Promise<AuditEvent[]> {
  const { rows } = await test.database.pool.query(
    'SELECT id, created_at AS at, actor, action, subject, details FROM audit_event WHERE workspace_id = $1 ORDER BY id',
    [seeded.workspaceId],
  );
  return rows;
}

/** What each act that changes who may do what leaves behind: the action, and whom it was about. */
const ACTS: Record<string, () => Promise<[action: string, subject: string | null]>> = {
  'auth.signIn': async () => {
    const { id, url } = await invite();
    const body = { token: tokenOf(url), name: 'New' };
    expect((await test.call('POST', '/auth/sign-in', { body })).status).toBe(200);
    const entries = await log();
    expect(entries.at(-1)).toMatchObject({
      action: 'auth.sign-in',
      actor: 'New',
      details: { by: 'invitation', address: '127.0.0.1' },
    });
    return ['member.accept', id];
  },
  'auth.signOut': async () => {
    const session = await test.signIn(await join('annotator'));
    await test.call('POST', '/auth/sign-out', { session });
    return ['auth.sign-out', null];
  },
  'members.invite': async () => ['member.invite', (await invite()).id],
  'members.revokeInvitation': async () => {
    const { id } = await invite();
    await test.call('DELETE', at(`/invitations/${id}`), as());
    return ['member.revoke-invitation', id];
  },
  'members.update': async () => {
    const userId = await join('annotator');
    await test.call('PATCH', at(`/members/${userId}`), { ...as(), body: { role: 'reviewer' } });
    return ['member.update', userId];
  },
  'members.remove': async () => {
    const userId = await join('annotator');
    await test.call('DELETE', at(`/members/${userId}`), as());
    return ['member.remove', userId];
  },
  'tokens.create': async () => ['token.create', (await makeToken()).id],
  'tokens.revoke': async () => {
    const { id } = await makeToken();
    await test.call('DELETE', at(`/tokens/${id}`), as());
    return ['token.revoke', id];
  },
  'projects.create': async () => {
    const fields = [{ kind: 'number', name: 'price', question: 'What is it worth?', unit: '€' }];
    const body = { name: 'Another', itemKind: 'table', labelSchema: { fields } };
    const made = await test.call('POST', at('/projects'), { ...as(), body });
    return ['project.create', made.body.id];
  },
  'projects.remove': async () => {
    const { projectId } = await seedProject(test.database, {});
    await test.database.pool.query('UPDATE project SET workspace_id = $1 WHERE id = $2', [
      seeded.workspaceId,
      projectId,
    ]);
    await test.call('DELETE', `/projects/${projectId}`, as());
    return ['project.delete', projectId];
  },
};

/** They read, and send a body only because what they read is long or secret. */
const READS = ['auth.inspectLink', 'imports.preview'];

describe('every act that changes who may do what', () => {
  it('is on the list of this test', () => {
    const changing = allEndpoints.filter(
      ({ method, scope, access }) =>
        method !== 'GET' && (scope !== 'project' || access === 'project.delete'),
    );
    const ids = changing.map(({ id }) => id).filter((id) => !READS.includes(id));
    expect(Object.keys(ACTS).sort()).toEqual(ids.sort());
  });

  it.each(Object.keys(ACTS))('has a row of its own: %s', async (id) => {
    const [action, subject] = (await ACTS[id]?.()) ?? ['', null];
    expect(subject).not.toBeUndefined();
    const rows = (await log()).filter((row) => row.action === action && row.subject === subject);
    expect(rows).toHaveLength(1);
  });

  it('holds no secret', async () => {
    const { url } = await invite();
    const { secret } = await makeToken();
    const text = JSON.stringify(await log());
    expect(text).not.toContain(tokenOf(url));
    expect(text).not.toContain(secret);
  });
});

describe('a failed sign-in', () => {
  const failures = async (action = 'auth.sign-in-failed') =>
    (await log()).filter((row) => row.action === action);
  const attempt = (token: string, peer: string) =>
    test.call('POST', '/auth/sign-in', { body: { token }, peer });

  it('is counted in one row by account, address and reason, without what was sent', async () => {
    const used = await createSignInToken(test.database, seeded.ownerId);
    await attempt(used, '192.0.2.1');
    for (let n = 0; n < 3; n += 1) await attempt(used, '192.0.2.2');
    for (let n = 0; n < 2; n += 1) await attempt(NOBODYS, '192.0.2.2');
    await attempt(NOBODYS, '192.0.2.3');
    const rows = await failures();
    expect(rows.map(({ actor, subject, details }) => [actor, subject, details])).toEqual([
      [
        'not signed in',
        seeded.ownerId,
        expect.objectContaining({
          account: 'Owner',
          address: '192.0.2.2',
          reason: 'used-link',
          count: 3,
        }),
      ],
      [
        'not signed in',
        null,
        expect.objectContaining({ address: '192.0.2.2', reason: 'unknown-link', count: 2 }),
      ],
      [
        'not signed in',
        null,
        expect.objectContaining({ address: '192.0.2.3', reason: 'unknown-link', count: 1 }),
      ],
    ]);
    expect(JSON.stringify(rows)).not.toContain(NOBODYS);
    expect(JSON.stringify(rows)).not.toContain(used);
  });

  it('says why: expired, disabled, an invitation that was used', async () => {
    const late = await createSignInToken(test.database, seeded.ownerId);
    await test.database.pool.query(
      `UPDATE sign_in_link SET expires_at = now() - interval '1 s' WHERE used_at IS NULL`,
    );
    const userId = await join('annotator');
    const off = await createSignInToken(test.database, userId);
    await test.database.pool.query('UPDATE "user" SET disabled_at = now() WHERE id = $1', [userId]);
    const { url } = await invite();
    const taken = tokenOf(url) ?? '';
    await test.call('POST', '/auth/sign-in', { body: { token: taken, name: 'N' } });
    for (const token of [late, off, taken]) await attempt(token, '192.0.2.4');
    const here = (await failures()).filter((row) => row.details.address === '192.0.2.4');
    expect(here.map((row) => row.details.reason)).toEqual([
      'expired-link',
      'disabled-account',
      'used-link',
    ]);
  });

  it('fills no table: addresses beyond the first of an hour share a row', async () => {
    for (let n = 0; n < 120; n += 1) await attempt(NOBODYS, `198.51.100.${n}`);
    const rows = await failures();
    const unknown = rows.filter((row) => row.details.reason === 'unknown-link');
    expect(unknown.length).toBeLessThanOrEqual(51);
    const counted = unknown.reduce((sum, row) => sum + Number(row.details.count), 0);
    expect(counted).toBe(3 + 120);
    expect(unknown.at(-1)?.details.address).toBe('others');
  });

  it('of one account from many addresses is held up; its owner is not', async () => {
    const used = await createSignInToken(test.database, seeded.ownerId);
    await attempt(used, '192.0.2.5');
    const before = (await failures()).length;
    const statuses: number[] = [];
    for (let n = 0; n < 25; n += 1) {
      const answer = await attempt(used, `203.0.113.${n}`);
      statuses.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers['retry-after'])).toBeLessThan(61);
    }
    expect(statuses.filter((status) => status === 410).length).toBeLessThanOrEqual(10);
    expect(statuses.at(-1)).toBe(429);
    expect((await failures()).length).toBeLessThanOrEqual(before + 1);
    expect((await failures('auth.limit-reached')).at(-1)?.details.reason).toBe('account');
    // Whoever holds a good link comes in at once, also while somebody else tries old ones.
    const good = await createSignInToken(test.database, seeded.ownerId);
    expect((await attempt(good, '192.0.2.6')).status).toBe(200);
  });

  it('that reaches the limit of its address is noted, once', async () => {
    for (let n = 0; n < 45; n += 1) await attempt(NOBODYS, '192.0.2.7');
    const reached = (await failures('auth.limit-reached')).filter(
      (row) => row.details.reason === 'auth.signIn',
    );
    expect(reached).toHaveLength(1);
  });
});

describe('a token that is refused', () => {
  it('is noted with its owner where it was one, and held up beyond the limit', async () => {
    const { id, secret } = await makeToken();
    await test.call('DELETE', at(`/tokens/${id}`), as());
    const peer = '192.0.2.8';
    const statuses: number[] = [];
    for (let n = 0; n < 45; n += 1) {
      const token = n === 0 ? secret : 'dub_nobody-ever-made-this-token-of-ours';
      statuses.push((await test.call('GET', '/me', { token, peer })).status);
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    const rows = (await log()).filter((row) => row.action === 'auth.token-refused');
    expect(rows.map((row) => [row.subject, row.details.reason, row.details.count])).toEqual([
      [seeded.ownerId, 'revoked-token', 1],
      [null, 'unknown-token', 29],
    ]);
    // One that is good still works from there.
    const good = await makeToken();
    expect((await test.call('GET', '/me', { token: good.secret, peer })).status).toBe(200);
  });
});
