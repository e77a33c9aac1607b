import { Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  bytesInWords,
  MOST_RATIO,
  MOST_UNPACKED_BYTES,
  RATIO_FREE_BYTES,
} from '../budgets/budgets.js';
import { OverBudgetError, UnreadableSourceError } from './source-row.js';

export type ByteSource = { readonly stream: Readable; bytesDone(): number };

/** Counts the bytes of the upload as they pass, and unpacks gzip when the file begins like one. */
export async function openByteSource(upload: Readable): Promise<ByteSource> {
  let passed = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of upload as AsyncIterable<Buffer>) {
      passed += chunk.length;
      yield chunk;
    }
  };
  const { head, rest } = await splitHead(counted(), (start) => start.length >= 2);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return { stream: rest, bytesDone: () => passed };
  const unpacked = createGunzip();
  rest.once('error', (cause) => unpacked.destroy(cause));
  rest.pipe(unpacked);
  unpacked.once('close', () => rest.destroy());
  const within = withinBudget(() => passed);
  unpacked.once('error', (cause) => within.destroy(unreadableGzip(cause)));
  unpacked.pipe(within);
  within.once('close', () => unpacked.destroy());
  return { stream: within, bytesDone: () => passed };
}

const unreadableGzip = (cause: Error): Error =>
  'code' in cause && String(cause.code).startsWith('Z_')
    ? new UnreadableSourceError('The gzipped file is damaged. Pack it again and upload that.', {
        cause,
      })
    : cause;

/** Ends an unpacked stream that grows beyond what its file may hold. */
function withinBudget(packed: () => number): Transform {
  let unpacked = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      unpacked += chunk.length;
      const ratio = unpacked / Math.max(1, packed());
      if (unpacked > MOST_UNPACKED_BYTES) {
        const limit = bytesInWords(MOST_UNPACKED_BYTES);
        done(new OverBudgetError(`The file unpacks to more than ${limit}. Split it.`));
      } else if (unpacked > RATIO_FREE_BYTES && ratio > MOST_RATIO) {
        done(
          new OverBudgetError(
            `The file unpacks to more than ${MOST_RATIO} times its size, which no file of rows does. Upload it unpacked, or in parts.`,
          ),
        );
      } else done(null, chunk);
    },
  });
}

/**
 * Reads chunks until there is enough to decide by; `rest` gives everything again from the start.
 */
export async function splitHead(
  chunks: AsyncIterable<Buffer>,
  enough: (head: Buffer) => boolean,
): Promise<{ head: Buffer; rest: Readable }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (!enough(head)) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  const all = async function* (): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      for (;;) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  };
  return { head, rest: Readable.from(all(), { objectMode: false }) };
}

/** Reads exact counts of bytes from a stream, holding one chunk at a time. */
export class ByteCursor {
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The next `count` bytes, or null when the stream ended before the first of them. */
  async take(count: number, what: string): Promise<Buffer | null> {
    const parts: Buffer[] = [this.held];
    let size = this.held.length;
    while (size < count) {
      const next = await this.chunks.next();
      if (next.done === true) break;
      parts.push(next.value);
      size += next.value.length;
    }
    if (size === 0 && count > 0) return null;
    const all = parts.length === 1 ? this.held : Buffer.concat(parts);
    if (size < count) {
      throw new UnreadableSourceError(
        `The file ends inside ${what}: expected ${count} bytes, got ${size}. Upload it again.`,
      );
    }
    this.held = all.subarray(count);
    return all.subarray(0, count);
  }
}
