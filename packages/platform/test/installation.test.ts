import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InstallationError, joinInstallation } from '../src/setup/installation.js';
import { createObjectStore } from '../src/storage/create-object-store.js';
import type { ObjectStore } from '../src/storage/object-store.js';
import { startTestDatabase, type TestDatabase } from '../src/testing/index.js';

let parent: string;
let first: TestDatabase;
let second: TestDatabase;
beforeAll(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'dubio-installation-'));
  [first, second] = await Promise.all([startTestDatabase(), startTestDatabase()]);
});
afterAll(async () => {
  await Promise.all([first.close(), second.close()]);
  await rm(parent, { recursive: true });
});

const urlOf = (name: string) => pathToFileURL(path.join(parent, name)).href;
const join = (test: TestDatabase, name: string, store = createObjectStore(urlOf(name))) =>
  joinInstallation(test.database, store, urlOf(name));

describe('joinInstallation', () => {
  it('marks a store once, for any number of processes, and leaves nothing else there', async () => {
    await Promise.all([join(first, 'ours'), join(first, 'ours'), join(first, 'ours')]);
    await join(first, 'ours');
    expect((await readdir(path.join(parent, 'ours'))).sort()).toEqual([
      '.incoming',
      'installation.txt',
      'probe',
    ]);
    expect(await readdir(path.join(parent, 'ours/probe'))).toEqual([]);
  });
  it('refuses a worker that sees another store, and says how the shared one is found', async () => {
    await expect(join(first, 'not-mounted')).rejects.toThrow(InstallationError);
    await expect(join(first, 'not-mounted')).rejects.toThrow(
      /not the one that API and workers use: it has no installation.txt. Set STORAGE_URL or/,
    );
  });
  it('refuses a worker on another database than the store belongs to', async () => {
    await expect(join(second, 'ours')).rejects.toThrow(/belongs to another installation/);
    await join(second, 'theirs');
    await expect(join(second, 'ours')).rejects.toThrow(/Set DATABASE_URL and STORAGE_URL/);
  });
  it.each([
    ['read', { get: () => Promise.reject(Object.assign(new Error(), { code: 'EACCES' })) }],
    ['written to', { put: () => Promise.reject(Object.assign(new Error(), { code: 'EROFS' })) }],
  ])('refuses a store that cannot be %s', async (how, broken) => {
    const real = createObjectStore(urlOf('ours'));
    const store = new Proxy(real, {
      get: (target, name) =>
        name in broken
          ? broken[name as keyof typeof broken]
          : (target[name as keyof ObjectStore] as () => unknown).bind(target),
    });
    await expect(join(first, 'ours', store)).rejects.toThrow(`cannot be ${how} (E`);
  });
  it('takes a store that was moved without its mark, once the mark is put there by hand', async () => {
    const mark = path.join(parent, 'ours/installation.txt');
    const id = await readFile(mark, 'utf8');
    await rm(mark);
    await expect(join(first, 'ours')).rejects.toThrow(`write ${id.trim()} into installation.txt`);
    await writeFile(mark, id);
    await join(first, 'ours');
  });
});
