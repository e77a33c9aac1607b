import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createDatabase, type Database } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromInside } from '../src/frame/problem.filter.js';
import { startTestApp, type TestApp } from './support/test-app.js';

/** The way to Postgres, which can be cut. */
class Way {
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  constructor(private readonly target: URL) {}

  async open(): Promise<string> {
    this.#server = createServer((near) => {
      const far = connect(Number(this.target.port || 5432), this.target.hostname);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => other.destroy());
      }
      near.pipe(far).pipe(near);
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.#port);
    return url.href;
  }

  /** Takes all that comes and hands nothing on, as a server does that hangs. */
  hang(): void {
    for (const socket of this.#sockets) socket.pause().unpipe();
  }

  async cut(): Promise<void> {
    const closed = once(this.#server!, 'close');
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await closed;
  }
}

let direct: TestApp;
let behind: TestApp;
let database: Database;
let way: Way;
let seeded: SeededProject;
let session: string;

beforeAll(async () => {
  direct = await startTestApp();
  seeded = await seedProject(direct.database, { items: 2, queue: true });
  session = await direct.signIn(seeded.ownerId);
  way = new Way(new URL(direct.database.url));
  database = createDatabase(await way.open(), { max: 4, answerWithinMs: 2000 });
  behind = await startTestApp({ beside: { ...direct, database } });
});
afterAll(async () => {
  await behind.close();
  await database.close();
  await way.cut();
  await direct.close();
});

const calls = [
  ['GET', `/me`],
  ['GET', () => `/projects/${seeded.projectId}`],
  ['POST', () => `/projects/${seeded.projectId}/queue/leases`],
] as const;
const answers = () =>
  Promise.all(
    calls.map(([method, url]) =>
      behind.call(method, typeof url === 'string' ? url : url(), {
        session,
        ...(method === 'POST' ? { body: { count: 1 } } : {}),
      }),
    ),
  );

describe('an outage', () => {
  const lost = Object.assign(new Error('terminated'), { code: '57P01' });
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

  it('is one to repeat behind, but where a change may have been done', () => {
    expect(fromInside(refused, 'POST')?.code).toBe('unavailable');
    expect(fromInside(lost, 'GET')?.code).toBe('unavailable');
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
      const { code, status } = fromInside(lost, method)!;
      expect([code, status]).toEqual(['outcome.unknown', 504]);
    }
    expect(fromInside(new Error('a fault of ours'), 'POST')).toBeNull();
  });
});

describe('while the database is away', () => {
  it('calls are 503 with a time to come back, readiness names it, and all goes on behind it', async () => {
    for (const { status } of await answers()) expect(status).toBeLessThan(300);
    await way.cut();
    // On a connection that broke unseen a change may have been done; the next one finds none.
    for (const { status } of await answers()) expect([503, 504]).toContain(status);
    for (const { status, body, headers } of await answers()) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' });
      expect(headers['retry-after']).toBe('2');
    }
    const ready = await behind.call('GET', '/health/ready');
    expect(ready).toMatchObject({ status: 503, body: { detail: 'Away: database.' } });
    expect((await behind.call('GET', '/health/live')).status).toBe(200);

    await way.open();
    await expect.poll(async () => (await answers()).map(({ status }) => status)).not.toContain(503);
    expect((await behind.call('GET', '/health/ready')).status).toBe(200);
  });
});

describe('while the database hangs', () => {
  it('no call waits for ever, and all goes on behind it', async () => {
    for (const { status } of await answers()) expect(status).toBeLessThan(300);
    way.hang();
    for (const { status } of await answers()) expect([503, 504]).toContain(status);
    expect((await behind.call('GET', '/health/ready')).status).toBe(503);
    await way.cut();
    await way.open();
    const statuses = async () => (await answers()).map(({ status }) => status);
    await expect.poll(async () => Math.max(...(await statuses()))).toBeLessThan(300);
  });
});
