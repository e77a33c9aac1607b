import type { Readable } from 'node:stream';

/** Bytes `start` to `end`, both inclusive as in HTTP; to the last one when `end` is missing. */
export type ByteRange = { start: number; end?: number };

/**
 * Blobs by key: six methods and a broom, so that a folder and S3 fit alike. Keys look like
 * `projects/<projectId>/…`.
 * @see docs/decisions/0005
 */
export type ObjectStore = {
  /** Stores all of it or nothing; whoever reads meanwhile gets the old object. */
  put(key: string, content: Uint8Array | Readable): Promise<{ sizeBytes: number }>;
  /** @throws ObjectNotFoundError */
  get(key: string): Promise<Uint8Array>;
  /** @throws ObjectNotFoundError */
  getStream(key: string, range?: ByteRange): Promise<Readable>;
  head(key: string): Promise<{ sizeBytes: number } | null>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
  /** Keys that begin with the prefix, in no promised order. */
  list(prefix: string): AsyncIterable<string>;
  /**
   * Deletes what puts left half done whose process was killed: nobody has added to it for
   * `olderThanMs`. Answers how many there were.
   */
  clearUnfinished(olderThanMs: number): Promise<number>;
};

export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';
  constructor(
    readonly key: string,
    options?: { cause: unknown },
  ) {
    super(`There is no object ${key} in the store.`, options);
  }
}
