import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createObjectStore } from './create-object-store.js';
import { ObjectNotFoundError, type ObjectStore } from './object-store.js';

let folder: string;
let store: ObjectStore;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array) => new TextDecoder().decode(content);

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'dubio-store-'));
  store = createObjectStore(pathToFileURL(folder).href);
});
afterAll(() => rm(folder, { recursive: true }));

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function keysOf(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys.sort();
}

describe('object store', () => {
  it('gives back what was put, from bytes and from a stream', async () => {
    await store.put('projects/p/a.bin', bytes('abc'));
    const put = await store.put('projects/p/b.bin', Readable.from([bytes('de'), bytes('fgh')]));
    expect(put).toEqual({ sizeBytes: 5 });
    expect(text(await store.get('projects/p/a.bin'))).toBe('abc');
    expect(await readAll(await store.getStream('projects/p/b.bin'))).toBe('defgh');
    expect(await store.head('projects/p/b.bin')).toEqual({ sizeBytes: 5 });
  });
  it('reads a range, both ends included', async () => {
    await store.put('range', bytes('0123456789'));
    expect(await readAll(await store.getStream('range', { start: 2, end: 4 }))).toBe('234');
    expect(await readAll(await store.getStream('range', { start: 7 }))).toBe('789');
  });
  it('replaces an object as a whole', async () => {
    await store.put('twice', bytes('a long first version'));
    await store.put('twice', bytes('second'));
    expect(text(await store.get('twice'))).toBe('second');
  });
  it('leaves nothing behind and the old object in place when a stream breaks off', async () => {
    await store.put('broken', bytes('whole'));
    const breaking = Readable.from(
      (async function* () {
        yield bytes('hal');
        throw new Error('the line went dead');
      })(),
    );
    await expect(store.put('broken', breaking)).rejects.toThrow('the line went dead');
    expect(text(await store.get('broken'))).toBe('whole');
    expect(await readdir(path.join(folder, '.incoming'))).toEqual([]);
  });
  it('clears what a killed process left half done, and nothing that is being written', async () => {
    const incoming = path.join(folder, '.incoming');
    await writeFile(path.join(incoming, 'left'), 'hal');
    await utimes(path.join(incoming, 'left'), 0, 0);
    await writeFile(path.join(incoming, 'fresh'), 'hal');
    expect(await store.clearUnfinished(60_000)).toBe(1);
    expect(await readdir(incoming)).toEqual(['fresh']);
    expect(await store.clearUnfinished(-1000)).toBe(1);
    expect(text(await store.get('broken'))).toBe('whole');
  });
  it('says which object is not there', async () => {
    await expect(store.get('no/such')).rejects.toThrow(ObjectNotFoundError);
    await expect(store.getStream('no/such')).rejects.toThrow(/no\/such/);
    expect(await store.head('no/such')).toBeNull();
    await expect(store.delete('no/such')).resolves.toBeUndefined();
  });
  it('lists by prefix, whether it ends at a name or in the middle of one', async () => {
    for (const key of ['list/a/1', 'list/a/2', 'list/ab/1', 'list/c']) {
      await store.put(key, bytes(''));
    }
    expect(await keysOf('list/a/')).toEqual(['list/a/1', 'list/a/2']);
    expect(await keysOf('list/a')).toEqual(['list/a/1', 'list/a/2', 'list/ab/1']);
    expect(await keysOf('nothing/')).toEqual([]);
    expect((await keysOf('')).every((key) => !key.startsWith('.'))).toBe(true);
  });
  it('deletes', async () => {
    await store.put('gone', bytes('x'));
    await store.delete('gone');
    expect(await store.head('gone')).toBeNull();
  });
  it.each([
    '../secret',
    'a/../../secret',
    '/etc/passwd',
    'a//b',
    '.hidden',
    'a/.b',
    'a\\b',
    'a\u0000b',
    '',
    'a/',
    `${'x/'.repeat(300)}x`,
  ])('refuses the key %j', async (key) => {
    await expect(store.put(key, bytes('x'))).rejects.toThrow(/not allowed/);
    await expect(store.get(key)).rejects.toThrow(/not allowed/);
  });
});
