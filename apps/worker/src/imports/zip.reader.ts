import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import {
  bytesInWords,
  ENTRY_RATIO_FREE_BYTES,
  inWords,
  MOST_ENTRIES,
  MOST_ENTRY_BYTES,
  MOST_RATIO,
  MOST_UNPACKED_BYTES,
} from '../budgets/budgets.js';
import { pictureProblem } from './picture-type.js';
import {
  OverBudgetError,
  problem,
  type RecordReader,
  type SourceRecord,
  UnreadableSourceError,
} from './source-row.js';

/** A file that can be read from any place, as yauzl needs it. */
export type RangedFile = {
  readonly sizeBytes: number;
  /** Bytes from `start` up to, not including, `end`. */
  open(start: number, end: number): Promise<Readable>;
};

const FILE_TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;
const ENCRYPTED = 0x1;

class RangeReader extends yauzl.RandomAccessReader {
  constructor(private readonly file: RangedFile) {
    super();
  }
  override _readStreamForRange(start: number, end: number): Readable {
    const stream = new PassThrough();
    this.file.open(start, end).then(
      (source) => pipeline(source, stream).catch((cause: Error) => stream.destroy(cause)),
      (cause: Error) => stream.destroy(cause),
    );
    return stream;
  }
}

/**
 * Reads the pictures of a zip one after another; anything that is not a plain picture is a problem.
 * The first `readBefore` are only counted, as an earlier run has written them.
 */
export async function readZip(file: RangedFile, readBefore = 0): Promise<RecordReader> {
  let zip: yauzl.ZipFile;
  try {
    zip = await openZip(file);
  } catch (cause) {
    throw new UnreadableSourceError(
      'The file is not a zip that can be read. Zip the pictures again and upload that.',
      { cause },
    );
  }
  if (zip.entryCount > MOST_ENTRIES) {
    zip.close();
    throw new OverBudgetError(
      `The zip lists ${inWords(zip.entryCount)} files, at most ${inWords(MOST_ENTRIES)} are taken. Split it.`,
    );
  }
  let done = 0;
  const count = (bytes: number) => {
    done += bytes;
    if (done > file.sizeBytes) {
      throw new OverBudgetError(
        'Files of the zip share their bytes, as those of no honest zip do. Zip the pictures again.',
      );
    }
  };
  return {
    records: zipRecords(zip, count, readBefore),
    bytesDone: () => Math.min(done, file.sizeBytes),
  };
}

async function* zipRecords(
  zip: yauzl.ZipFile,
  count: (bytes: number) => void,
  readBefore: number,
): AsyncGenerator<SourceRecord> {
  let line = 0;
  let total = 0;
  try {
    for await (const entry of entriesOf(zip)) {
      const name = nameOf(entry);
      count(entry.compressedSize);
      if (name.endsWith('/') || isLitter(name)) continue;
      line++;
      total += entry.uncompressedSize;
      if (total > MOST_UNPACKED_BYTES) {
        const limit = bytesInWords(MOST_UNPACKED_BYTES);
        throw new OverBudgetError(`The zip unpacks to more than ${limit}. Split it.`);
      }
      if (line <= readBefore) {
        yield problem(line, null, 'It was read before.');
        continue;
      }
      const refusal = entryProblem(entry, name);
      if (refusal !== null) yield problem(line, null, refusal, name);
      else yield await readPicture(zip, entry, { line, name });
    }
  } finally {
    zip.close();
  }
}

async function readPicture(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  at: { line: number; name: string },
): Promise<SourceRecord> {
  let bytes: Buffer;
  try {
    bytes = await readEntry(zip, entry);
  } catch {
    return problem(at.line, null, 'The file is damaged inside the zip.', at.name);
  }
  const refusal = pictureProblem(bytes);
  if (refusal !== null) return problem(at.line, null, refusal, at.name);
  const picture = { encoding: 'file', bytes } as const;
  return { kind: 'row', line: at.line, cells: {}, name: at.name, picture };
}

/** Why an entry is not even unpacked; null when it may be. */
export function entryProblem(entry: yauzl.Entry, name: string): string | null {
  const unix = (entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK;
  if (unix === SYMBOLIC_LINK) return 'Links are not followed.';
  if (unix !== 0 && unix !== 0o100000) return 'Only plain files are taken.';
  if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0) {
    return 'The file is encrypted. Zip it without a password.';
  }
  if (isOutside(name)) return 'The path leads out of the zip.';
  if (entry.uncompressedSize > MOST_ENTRY_BYTES) {
    return `The file unpacks to more than ${bytesInWords(MOST_ENTRY_BYTES)}. Save it smaller.`;
  }
  const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
  if (entry.uncompressedSize > ENTRY_RATIO_FREE_BYTES && ratio > MOST_RATIO) {
    return `The file unpacks to ${Math.round(ratio)} times its size, which no picture does.`;
  }
  return null;
}

const isOutside = (name: string): boolean =>
  name.includes('\0') ||
  name.includes('\\') ||
  name.startsWith('/') ||
  /^[a-zA-Z]:/.test(name) ||
  name.split('/').includes('..');

const isLitter = (name: string): boolean =>
  name.startsWith('__MACOSX/') || /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(name);

/** Names are decoded here, so that one bad name refuses one entry and not the whole file. */
function nameOf(entry: yauzl.Entry): string {
  const raw: unknown = entry.fileName;
  return Buffer.isBuffer(raw) ? raw.toString('utf8') : String(raw);
}

function openZip(file: RangedFile): Promise<yauzl.ZipFile> {
  const options = {
    lazyEntries: true,
    decodeStrings: false,
    validateEntrySizes: true,
    autoClose: false,
  };
  return new Promise((resolve, reject) => {
    yauzl.fromRandomAccessReader(new RangeReader(file), file.sizeBytes, options, (cause, zip) => {
      if (cause) reject(cause);
      else resolve(zip);
    });
  });
}

async function* entriesOf(zip: yauzl.ZipFile): AsyncGenerator<yauzl.Entry> {
  for (;;) {
    const entry = await new Promise<yauzl.Entry | null>((resolve, reject) => {
      const settle = (act: () => void) => {
        zip.off('entry', onEntry);
        zip.off('end', onEnd);
        zip.off('error', onError);
        act();
      };
      const onEntry = (found: yauzl.Entry) => settle(() => resolve(found));
      const onEnd = () => settle(() => resolve(null));
      const onError = (cause: Error) =>
        settle(() =>
          reject(new UnreadableSourceError('The list of files in the zip is damaged.', { cause })),
        );
      zip.once('entry', onEntry);
      zip.once('end', onEnd);
      zip.once('error', onError);
      zip.readEntry();
    });
    if (entry === null) return;
    yield entry;
  }
}

function readEntry(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (cause, stream) => {
      if (cause) return reject(cause);
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => resolve(Buffer.concat(chunks)));
      stream.once('error', reject);
    });
  });
}
