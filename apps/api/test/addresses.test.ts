import { createSignInToken } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, startTestApp, type TestApp } from './support/test-app.js';

const PROXY = '10.0.0.9';
const PUBLIC = 'https://labels.example.org';

let test: TestApp;
let seeded: SeededProject;

beforeAll(async () => {
  test = await startTestApp({
    rateFactor: 1,
    environment: { DUBIO_TRUSTED_PROXIES: PROXY, DUBIO_PUBLIC_URL: PUBLIC },
  });
  seeded = await seedProject(test.database, { items: 1 });
});
afterAll(() => test.close());

let next = 1;
/** An address that nobody has used yet, so that no test runs into the limit of another. */
const fresh = () => `192.0.2.${next++}`;
const signIn = async (options: CallOptions) =>
  test.call('POST', '/auth/sign-in', {
    ...options,
    body: { token: await createSignInToken(test.database, seeded.ownerId) },
  });
const via = (host: string, proto: string) => ({
  'x-forwarded-host': host,
  'x-forwarded-proto': proto,
});

describe('the origin that is asked for', () => {
  const cases: [string, CallOptions, number][] = [
    ['its own host', { headers: { host: 'lan:3000', origin: 'http://lan:3000' } }, 200],
    ['another host', { headers: { host: 'lan:3000', origin: 'http://evil:3000' } }, 403],
    ['another port', { headers: { host: 'lan:3000', origin: 'http://lan:3001' } }, 403],
    ['another scheme', { headers: { host: 'lan:3000', origin: 'https://lan:3000' } }, 403],
    ['no origin that it may name', { headers: { host: 'lan:3000', origin: 'null' } }, 403],
    [
      'what the page says was asked',
      { headers: { ...via('lan:3000', 'http'), origin: 'http://lan:3000' } },
      200,
    ],
    [
      'what a trusted proxy says was asked',
      { peer: PROXY, headers: { ...via('lan', 'https'), origin: 'https://lan' } },
      200,
    ],
    [
      'what anybody else says was asked',
      { peer: '10.0.0.8', headers: { ...via('evil', 'http'), origin: 'http://evil' } },
      403,
    ],
    ['the public address', { headers: { host: '127.0.0.1:3001', origin: PUBLIC } }, 200],
    [
      'its own host from another site',
      { headers: { host: 'lan', origin: 'http://lan', 'sec-fetch-site': 'same-site' } },
      403,
    ],
  ];
  it.each(cases)('is compared with that of the page: %s', async (_name, options, status) => {
    expect((await signIn({ peer: '127.0.0.1', ...options })).status).toBe(status);
  });
});

describe('the cookie', () => {
  const cookieOf = async (options: CallOptions) =>
    String((await signIn({ peer: '127.0.0.1', ...options })).headers['set-cookie']);

  it('is bound to https and to the host where the browser came by https', async () => {
    const bound = /^__Host-dubio_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; /;
    const { host } = new URL(PUBLIC);
    expect(await cookieOf({ peer: PROXY, headers: via('other', 'https') })).toMatch(bound);
    // A proxy that says nothing, or that changes the host: the public address decides.
    expect(await cookieOf({ headers: { host } })).toMatch(bound);
    expect(await cookieOf({ headers: { host: 'x', origin: PUBLIC } })).toMatch(bound);
  });

  it('is a plain one where it came by http', async () => {
    const cookie = await cookieOf({
      peer: fresh(),
      headers: { host: 'lan:3000', ...via('lan:3000', 'https') },
    });
    expect(cookie).toMatch(/^dubio_session=[\w-]{43}; /);
    expect(cookie).not.toContain('Secure');
    expect(cookie).not.toContain('Domain');
  });

  it('that is bound goes before a plain one, and both end at sign-out', async () => {
    const [bound = ''] = (await cookieOf({ peer: PROXY, headers: via('a', 'https') })).split(';');
    const cookie = `dubio_session=planted; ${bound}`;
    const headers = { ...via('a', 'https'), cookie };
    expect((await test.call('GET', '/me', { peer: PROXY, headers })).status).toBe(200);
    const out = await test.call('POST', '/auth/sign-out', { peer: PROXY, headers });
    expect(out.headers['set-cookie']).toHaveLength(2);
    expect((await test.call('GET', '/me', { peer: PROXY, headers })).status).toBe(401);
  });
});

describe('a link for somebody else', () => {
  const made = async (app: TestApp, workspaceId: string, session: string, host: string) => {
    const url = `/workspaces/${workspaceId}/invitations`;
    const body = { role: 'annotator' };
    const answer = await app.call('POST', url, { session, body, headers: { host } });
    return new URL(answer.body.url).origin;
  };
  it('leads to the public address, or, where that is this machine, to the one in use', async () => {
    const session = await test.signIn(seeded.ownerId);
    expect(await made(test, seeded.workspaceId, session, 'lan:3000')).toBe(PUBLIC);
    const local = await startTestApp();
    try {
      const other = await seedProject(local.database, {});
      const owner = await local.signIn(other.ownerId);
      expect(await made(local, other.workspaceId, owner, 'lan:3000')).toBe('http://lan:3000');
    } finally {
      await local.close();
    }
  });
});

describe('the limit of sign-ins', () => {
  const passed = async (count: number, options: (n: number) => CallOptions) => {
    const body = { token: 'nobody-ever-made-this-token' };
    const statuses: number[] = [];
    for (let n = 0; n < count; n += 1) {
      statuses.push((await test.call('POST', '/auth/sign-in', { ...options(n), body })).status);
    }
    return statuses.filter((status) => status === 410).length;
  };
  const said = (n: number) => ({ 'x-forwarded-for': `203.0.113.${n}` });

  it('counts who connects, whatever the headers say', async () => {
    const peer = fresh();
    expect(await passed(45, (n) => ({ peer, headers: said(n) }))).toBe(30);
  });

  it('counts whom a trusted proxy saw, whatever stood in the header before', async () => {
    const client = fresh();
    const headers = (n: number) => ({ 'x-forwarded-for': `203.0.113.${n}, ${client}` });
    expect(await passed(45, (n) => ({ peer: PROXY, headers: headers(n) }))).toBe(30);
    expect(await passed(1, () => ({ peer: PROXY, headers: said(1) }))).toBe(1);
  });

  it('counts all of an IPv6 network as one', async () => {
    expect(await passed(45, (n) => ({ peer: `2001:db8:1:2::${n + 1}` }))).toBe(30);
    expect(await passed(1, () => ({ peer: '2001:db8:1:3::1' }))).toBe(1);
  });
});
