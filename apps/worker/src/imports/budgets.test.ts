import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { ObjectStore } from '@dubio/platform';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import {
  MOST_COLUMNS,
  MOST_DECODED_BYTES,
  MOST_ENTRIES,
  RATIO_FREE_BYTES,
} from '../budgets/budgets.js';
import { openByteSource } from './byte-source.js';
import { readCsv } from './csv.reader.js';
import { readIdx } from './idx.reader.js';
import { readJsonl } from './jsonl.reader.js';
import { keepPictures } from './keep-pictures.js';
import { decodedBytes } from './picture-store.js';
import { OverBudgetError, type RecordReader, type SourceRecord } from './source-row.js';
import { readZip } from './zip.reader.js';

const stream = (content: string | Uint8Array) => Readable.from([Buffer.from(content as string)]);

async function all(reader: Promise<RecordReader>): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const record of (await reader).records) records.push(record);
  return records;
}

const zipOf = (bytes: Uint8Array) =>
  readZip({
    sizeBytes: bytes.length,
    open: async (start, end) => Readable.from([Buffer.from(bytes.subarray(start, end))]),
  });

/** A zip that lists its one file so many times, in the form for many files. */
function listedOften(times: number, content: Uint8Array): Uint8Array {
  const one = Buffer.from(zipSync({ 'a.png': [content, { level: 0 }] }));
  const end = one.length - 22;
  const from = one.readUInt32LE(end + 16);
  const list = Buffer.concat(Array.from({ length: times }, () => one.subarray(from, end)));
  const zip64 = Buffer.alloc(56 + 20);
  zip64.writeUInt32LE(0x06064b50, 0);
  zip64.writeBigUInt64LE(44n, 4);
  zip64.writeBigUInt64LE(BigInt(times), 24);
  zip64.writeBigUInt64LE(BigInt(times), 32);
  zip64.writeBigUInt64LE(BigInt(list.length), 40);
  zip64.writeBigUInt64LE(BigInt(from), 48);
  zip64.writeUInt32LE(0x07064b50, 56);
  zip64.writeBigUInt64LE(BigInt(from + list.length), 64);
  zip64.writeUInt32LE(1, 72);
  const tail = Buffer.from(one.subarray(end));
  for (const at of [8, 10]) tail.writeUInt16LE(0xffff, at);
  for (const at of [12, 16]) tail.writeUInt32LE(0xffffffff, at);
  return Buffer.concat([one.subarray(0, from), list, zip64, tail]);
}

/** The head of a PNG; its pixels are not there. */
function pngHead(width: number, height: number, bits: number): Buffer {
  const head = Buffer.alloc(33);
  head.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  head.writeUInt32BE(13, 8);
  head.write('IHDR', 12, 'latin1');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  head[24] = bits;
  head[25] = 6;
  head.writeUInt32BE(crcOf(head.subarray(12, 29)), 29);
  const idat = Buffer.from('0000000049444154', 'hex');
  return Buffer.concat([head, idat, Buffer.alloc(64)]);
}

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe('the budget of one file', () => {
  it('ends a gzipped file that unpacks to far more than its size', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 ** 2, 'x,y\n'));
    expect(bomb.length).toBeLessThan(500_000);
    const { stream: unpacked } = await openByteSource(stream(bomb));
    let bytes = 0;
    const reading = async () => {
      for await (const chunk of unpacked) bytes += chunk.length;
    };
    await expect(reading()).rejects.toThrow(OverBudgetError);
    expect(bytes).toBeLessThan(2 * RATIO_FREE_BYTES);
  });

  it('takes what packs well and is small', async () => {
    const rows = gzipSync(`a,b\n${'0,0\n'.repeat(20_000)}`);
    expect(await all(readCsv(stream(rows), { header: true }))).toHaveLength(20_000);
  });

  it('says that a gzipped file is damaged', async () => {
    const whole = gzipSync('a,b\n1,2\n'.repeat(5_000));
    const reading = async () =>
      all(readCsv(stream(whole.subarray(0, whole.length / 2)), { header: true }));
    await expect(reading()).rejects.toThrow('The gzipped file is damaged.');
  });

  it('refuses rows of too many columns, in every format', async () => {
    const wide = Array.from({ length: 100_000 }, (_, i) => i);
    const sentence = `columns, at most ${MOST_COLUMNS.toLocaleString('en')} are taken`;
    await expect(all(readCsv(stream(`${wide.join()}\n`), { header: true }))).rejects.toThrow(
      sentence,
    );
    const lines = `${JSON.stringify({ x: wide })}\n{"x":[1]}\n`;
    expect(await all(readJsonl(stream(lines)))).toMatchObject([
      { kind: 'problem', line: 1, reason: expect.stringContaining('100,000 values') },
      { kind: 'row', line: 2 },
    ]);
    const idx = Buffer.alloc(12 + 100_000);
    idx.writeUInt32BE(0x0802, 0);
    idx.writeUInt32BE(1, 4);
    idx.writeUInt32BE(100_000, 8);
    await expect(all(readIdx(stream(idx), null))).rejects.toThrow(OverBudgetError);
  });

  it('refuses a zip of too many files before it reads their list', async () => {
    const many = listedOften(MOST_ENTRIES + 1, new Uint8Array(10));
    await expect(zipOf(many)).rejects.toThrow(
      `The zip lists ${(MOST_ENTRIES + 1).toLocaleString('en')} files`,
    );
  });

  it('refuses a zip whose files share their bytes', async () => {
    const shared = listedOften(50, Buffer.alloc(5000, 7));
    await expect(all(zipOf(shared))).rejects.toThrow('share their bytes');
  });
});

describe('the budget of one picture', () => {
  it('counts the bits of a channel', async () => {
    const bytes = (bits: number) =>
      decodedBytes({ encoding: 'file', bytes: pngHead(8000, 8000, bits) });
    expect(await bytes(8)).toBe(8000 * 8000 * 4);
    expect(await bytes(16)).toBe(8000 * 8000 * 8);
  });

  it('refuses one that would take too much memory, names it, and takes the others', async () => {
    const put: string[] = [];
    const store = { put: async (key: string) => put.push(key) } as unknown as ObjectStore;
    const item = (line: number, picture: object) => ({
      ...{ line, externalId: `${line}.png`, split: 'pool', payload: '{}', answer: null },
      ...{ contentHash: null, picture },
    });
    const raw = { encoding: 'raw', bytes: new Uint8Array(4), width: 2, height: 2, channels: 1 };
    const items = [
      item(1, { encoding: 'file', bytes: pngHead(8000, 8000, 16) }),
      item(2, raw),
      item(3, { encoding: 'file', bytes: pngHead(10, 10, 8) }),
    ];
    const kept = await keepPictures(items as never, 'project', store);
    expect(kept.items.map(({ line }) => line)).toEqual([2]);
    expect(put).toHaveLength(1);
    expect(kept.problems).toMatchObject([
      { line: 1, sample: '1.png', reason: expect.stringContaining('512,000,000 bytes') },
      { line: 3, sample: '3.png', reason: expect.stringContaining('damaged') },
    ]);
    expect(8000 * 8000 * 8).toBeGreaterThan(MOST_DECODED_BYTES);
  });
});
