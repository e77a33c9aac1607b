import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createEventFeed,
  createLogger,
  createObjectStore,
  createSignInToken,
  type Database,
  loadConfig,
  newId,
  type ObjectStore,
} from '@dubio/platform';
import { startTestDatabase } from '@dubio/platform/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/app.js';
import { EventsService } from '../../src/events/events.service.js';
import { checkDocumented } from './documented.js';

export type Answer = {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
  text: string;
  headers: Record<string, unknown>;
};

export type CallOptions = {
  body?: unknown;
  headers?: Record<string, string>;
  /** The secret of a session; sent as the cookie. */
  session?: string | undefined;
  token?: string | undefined;
  /** Where the connection comes from; 127.0.0.1. */
  peer?: string;
};

export type TestApp = {
  app: NestFastifyApplication;
  database: Database;
  store: ObjectStore;
  call(method: string, url: string, options?: CallOptions): Promise<Answer>;
  /** Signs a user in by a one-time link and answers the session's secret. */
  signIn(userId: string): Promise<string>;
  /** Listens on a free port and answers where. */
  listen(): Promise<string>;
  close(): Promise<void>;
};

type TestAppOptions = {
  rateFactor?: number;
  environment?: Record<string, string>;
  /** Where its files lie; a new folder without it. */
  folder?: string;
  /** Another process over the database of this one. */
  beside?: TestApp;
};

/** The whole application over a fresh database and an empty object store. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { environment, beside, folder: given, ...parts } = options;
  const test = beside
    ? { database: beside.database, url: beside.database.url, close: async () => {} }
    : await startTestDatabase({ max: 20 });
  const folder = given ?? (await mkdtemp(path.join(os.tmpdir(), 'dubio-api-')));
  const config = loadConfig({
    DUBIO_MODE: 'embedded',
    DATABASE_URL: test.url,
    STORAGE_URL: pathToFileURL(folder).href,
    DUBIO_LOG_LEVEL: 'silent',
    ...environment,
  });
  const logger = createLogger('api-test', config);
  const feed = createEventFeed(test.database, { logger });
  const store = createObjectStore(config.storageUrl);
  const { database } = test;
  const app = await createApp({
    config,
    database,
    feed,
    logger,
    store,
    rateFactor: 100,
    ...parts,
  });

  const call: TestApp['call'] = async (method, url, given = {}) => {
    const { body, session, token } = given;
    const isBytes = body instanceof Uint8Array;
    const address = url.startsWith('/api/') ? url : `/api/v1${url}`;
    const response = await app.inject({
      method: method as 'GET',
      url: address,
      headers: {
        ...(session ? { cookie: `dubio_session=${session}` } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(isBytes ? { 'content-type': 'application/octet-stream' } : {}),
        ...given.headers,
      },
      ...(given.peer === undefined ? {} : { remoteAddress: given.peer }),
      ...(body === undefined ? {} : { payload: (isBytes ? Buffer.from(body) : body) as object }),
    });
    const isJson = /json/.test(String(response.headers['content-type'] ?? ''));
    const isLines = /ndjson/.test(String(response.headers['content-type'] ?? ''));
    const answer = {
      status: response.statusCode,
      body: isJson && !isLines && response.payload !== '' ? response.json() : undefined,
      text: response.payload,
      headers: response.headers,
    };
    const contentType = String(answer.headers['content-type'] ?? '');
    checkDocumented(method, address, { ...answer, contentType });
    return answer;
  };

  return {
    app,
    database,
    store,
    call,
    async signIn(userId) {
      const token = await createSignInToken(database, userId);
      const answer = await call('POST', '/auth/sign-in', { body: { token } });
      const cookie = /dubio_session=([^;]+)/.exec(String(answer.headers['set-cookie']));
      if (cookie?.[1] === undefined) throw new Error(`sign-in answered ${answer.text}`);
      return cookie[1];
    },
    async listen() {
      await app.listen(0, '127.0.0.1');
      return app.getUrl();
    },
    async close() {
      app.get(EventsService).closeAll();
      await app.close();
      await feed.close();
      await test.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Adds a person to a workspace. */
export async function addMember(
  database: Database,
  workspaceId: string,
  role: 'owner' | 'engineer' | 'reviewer' | 'annotator',
): Promise<string> {
  const userId = newId();
  await database.pool.query('INSERT INTO "user" (id, name) VALUES ($1, $2)', [
    userId,
    `Some ${role}`,
  ]);
  await database.pool.query(
    'INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, $3::"Role")',
    [workspaceId, userId, role],
  );
  return userId;
}
