import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import {
  mkdir,
  open,
  opendir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkObjectKey, checkObjectPrefix } from './object-key.js';
import { type ByteRange, ObjectNotFoundError, type ObjectStore } from './object-store.js';

/** No key may begin with a dot, so half-written files here can never be listed or read. */
const INCOMING = '.incoming';

const isMissing = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
};

async function* walk(folder: string): AsyncIterable<string> {
  let entries: Awaited<ReturnType<typeof opendir>>;
  try {
    entries = await opendir(folder);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  for await (const entry of entries) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(full);
    else yield full;
  }
}

/** Objects as files below one folder, shared by all processes of a machine. */
export class FolderStore implements ObjectStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = path.resolve(root);
  }

  #file(key: string): string {
    return path.join(this.#root, ...checkObjectKey(key).split('/'));
  }

  async put(key: string, content: Uint8Array | Readable): Promise<{ sizeBytes: number }> {
    const file = this.#file(key);
    const incoming = path.join(this.#root, INCOMING, randomBytes(12).toString('hex'));
    await mkdir(path.dirname(incoming), { recursive: true });
    try {
      if (content instanceof Uint8Array) await writeFile(incoming, content, { flush: true });
      else await pipeline(content, createWriteStream(incoming, { flush: true }));
      const { size } = await stat(incoming);
      await mkdir(path.dirname(file), { recursive: true });
      await rename(incoming, file);
      return { sizeBytes: size };
    } catch (error) {
      await rm(incoming, { force: true });
      throw error;
    }
  }

  async get(key: string): Promise<Uint8Array> {
    try {
      return await readFile(this.#file(key));
    } catch (error) {
      if (isMissing(error)) throw new ObjectNotFoundError(key, { cause: error });
      throw error;
    }
  }

  async getStream(key: string, range?: ByteRange): Promise<Readable> {
    try {
      const handle = await open(this.#file(key), 'r');
      return handle.createReadStream(range ?? {});
    } catch (error) {
      if (isMissing(error)) throw new ObjectNotFoundError(key, { cause: error });
      throw error;
    }
  }

  async head(key: string): Promise<{ sizeBytes: number } | null> {
    try {
      const found = await stat(this.#file(key));
      return found.isFile() ? { sizeBytes: found.size } : null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#file(key), { force: true });
  }

  async clearUnfinished(olderThanMs: number): Promise<number> {
    const folder = path.join(this.#root, INCOMING);
    let cleared = 0;
    for (const name of await readdir(folder).catch(() => [])) {
      const file = path.join(folder, name);
      // Gone meanwhile: it was finished, or somebody else clears too.
      const found = await stat(file).catch(() => null);
      if (found === null || Date.now() - found.mtimeMs < olderThanMs) continue;
      await rm(file, { force: true });
      cleared += 1;
    }
    return cleared;
  }

  async *list(prefix: string): AsyncIterable<string> {
    checkObjectPrefix(prefix);
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    for await (const file of walk(path.join(this.#root, ...folder.split('/')))) {
      const key = path.relative(this.#root, file).split(path.sep).join('/');
      if (!key.startsWith(`${INCOMING}/`) && key.startsWith(prefix)) yield key;
    }
  }
}
