import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { allEndpoints, Problem } from '@dubio/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkDocumented } from './support/documented.js';
import { useSeededApp } from './support/seeded-app.js';

const api = useSeededApp();
let place: URL;
beforeAll(async () => {
  place = new URL(await api.app.listen());
});

type Sent = { method: string; path: string; headers?: Record<string, string>; body?: string };

/** Over a socket: what no client library would send, and no answer is checked before we see it. */
function send({ method, path, headers = {}, body = '' }: Sent) {
  return new Promise<{ status: number; contentType: string; text: string }>((resolve, reject) => {
    const call = request(
      {
        ...{ host: place.hostname, port: place.port, method, path, agent: false },
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (data: string) => {
          text += data;
          // Events go on; their first bytes are enough.
          if (response.headers['content-type']?.startsWith('text/event-stream')) response.destroy();
        });
        response.on('close', () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            text,
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

const session = () => ({ cookie: `dubio_session=${api.owner}` });
const json = () => ({ ...session(), 'content-type': 'application/json' });
/** The address with the project and workspace of the tests, and the same text for every other id. */
const addressOf = (path: string, other: string) =>
  `/api/v1${path
    .replace(':projectId', api.seeded.projectId)
    .replace(':workspaceId', api.seeded.workspaceId)
    .replace(/:\w+/g, other)}`;
const deep = '['.repeat(100_000) + ']'.repeat(100_000);

/** Kinds of bad input; null where a kind does not apply to the call. */
const KINDS: Record<string, (call: (typeof allEndpoints)[number]) => Sent | null> = {
  'nobody who is signed in': ({ method, path }) => ({ method, path: addressOf(path, '1') }),
  'a token that is none': ({ method, path }) => ({
    ...{ method, path: addressOf(path, '1') },
    headers: { authorization: 'Bearer \u00ff' },
  }),
  'a cookie that is none': ({ method, path }) => ({
    ...{ method, path: addressOf(path, '1') },
    headers: { cookie: 'dubio_session=%00; a=%zz' },
  }),
  'ids of nothing': ({ method, path }) => ({
    ...{ method, path: addressOf(path, randomUUID()), headers: json(), body: '{}' },
  }),
  'ids with what can be stored nowhere': ({ method, path }) =>
    path.includes(':') ? { method, path: addressOf(path, 'a%00b'), headers: json() } : null,
  'an address that cannot be decoded': ({ method, path }) =>
    path.includes(':') ? { method, path: addressOf(path, '%zz%ff'), headers: session() } : null,
  'a number beyond all columns': ({ method, path }) => ({
    ...{ method, path: addressOf(path, '9'.repeat(30)), headers: session() },
  }),
  'a query of anything': ({ method, path }) => ({
    ...{ method, headers: session() },
    path: `${addressOf(path, randomUUID())}?limit=1e99&cursor=%00&state[]=x&__proto__[a]=1&=&%zz`,
  }),
  'JSON that cannot be read': ({ method, path }) => ({
    ...{ method, path: addressOf(path, randomUUID()), headers: json(), body: '{"a":' },
  }),
  'JSON without end': ({ method, path }) => ({
    ...{ method, path: addressOf(path, randomUUID()), headers: json(), body: deep },
  }),
  'JSON of another shape': ({ method, path }) => ({
    ...{ method, path: addressOf(path, randomUUID()), headers: json(), body: '[1e400, null, ""]' },
  }),
  'a prototype in JSON': ({ method, path }) => ({
    ...{ method, path: addressOf(path, randomUUID()), headers: json() },
    body: '{"__proto__":{"a":1},"constructor":{"prototype":{}}}',
  }),
  'a body of another kind': ({ method, path }) => ({
    ...{ method, path: addressOf(path, randomUUID()), body: '<p>' },
    headers: { ...session(), 'content-type': 'text/html' },
  }),
  'a key for repeats that is none': ({ method, path }) => ({
    ...{ method, path: addressOf(path, randomUUID()), body: '{}' },
    headers: { ...json(), 'idempotency-key': 'x'.repeat(5000) },
  }),
};

// What signs people out would end the session of the other calls.
const calls = allEndpoints.filter(({ id }) => id !== 'auth.signOut');

describe.each(Object.entries(KINDS))('%s', (_, kind) => {
  it.each(calls.map((call) => [call.id, call] as const))('%s', async (_id, call) => {
    const sent = kind(call);
    if (sent === null) return;
    // DELETE without a body has no kind of body either.
    if (sent.body === undefined) delete sent.headers?.['content-type'];
    const { status, contentType, text } = await send(sent);
    expect(status).not.toBe(500);
    const body = contentType.includes('json') && text !== '' ? JSON.parse(text) : undefined;
    checkDocumented(sent.method, sent.path, { status, contentType, body });
    if (status >= 400) expect(Problem.safeParse(body).error).toBeUndefined();
  });
});

it.each(['TRACE', 'PROPFIND', 'LOCK'])('%s is a method that no address takes', async (method) => {
  const { status, text } = await send({ method, path: '/api/v1/me' });
  expect([status, JSON.parse(text).code]).toEqual([405, 'request.method']);
});

it('what is no HTTP at all, or has headers without end, is a problem as well', async () => {
  const said = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(place.port), place.hostname, () => socket.write(bytes));
      let text = '';
      socket.on('data', (data) => {
        text += data.toString();
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
  const problem = (text: string) => Problem.parse(JSON.parse(text.split('\r\n\r\n')[1] ?? ''));
  expect(problem(await said('HELLO\r\n\r\n'))).toMatchObject({ code: 'request.invalid' });
  const long = await said(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`);
  expect(long).toMatch(/^HTTP\/1.1 431 .*application\/problem\+json/s);
  expect(problem(long)).toMatchObject({ code: 'request.headers' });
});
