import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeText } from '@dubio/platform';
import { afterAll, describe, expect, it } from 'vitest';
import { readTable } from './csv.js';
import {
  firstItems,
  lastItems,
  noisyCopies,
  readImages,
  splitTest,
  standardise,
  takeRows,
} from './dataset.js';
import { readIdx } from './idx.js';
import { readTexts } from './texts.js';

const folder = mkdtempSync(join(tmpdir(), 'dubio-bench-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Uint8Array | string): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function idxBytes(shape: number[], values: number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  shape.forEach((size, i) => {
    header.writeUInt32BE(size, 4 + 4 * i);
  });
  return Buffer.concat([header, Buffer.from(values)]);
}

describe('readIdx', () => {
  it('reads plain and compressed files alike', () => {
    const bytes = idxBytes([2, 1, 2], [1, 2, 3, 255]);
    const expected = { shape: [2, 1, 2], data: Uint8Array.of(1, 2, 3, 255) };
    expect(readIdx(write('plain', bytes))).toEqual(expected);
    expect(readIdx(write('packed.gz', gzipSync(bytes)))).toEqual(expected);
  });

  it.each([
    ['another format', Buffer.from('hello'), /not an IDX file/],
    ['a cut file', idxBytes([4], [1, 2]), /expected 4 values, got 2/],
    ['a cut header', Buffer.from([0, 0, 8, 3, 0]), /ends inside its header/],
  ])('refuses %s', (name, bytes, message) => {
    expect(() => readIdx(write(name, bytes))).toThrow(message);
  });
});

describe('data sets', () => {
  const images = write('images', idxBytes([4, 1, 2], [0, 0, 10, 10, 20, 20, 30, 30]));
  const labels = write('labels', idxBytes([4], [0, 1, 2, 1]));

  it('keep labels beside their images, whatever rows are taken', () => {
    const set = readImages(images, labels);
    const taken = takeRows(set, [3, 0]);
    expect([...taken.features.data]).toEqual([30, 30, 0, 0]);
    expect([...taken.labels]).toEqual([1, 0]);
    expect(set.classes).toBe(3);
  });

  it('are cut at either end, with their labels', () => {
    const set = readImages(images, labels);
    expect([...firstItems(set, 2).features.data]).toEqual([0, 0, 10, 10]);
    expect([...lastItems(set, 3).labels]).toEqual([1, 2, 1]);
    expect(lastItems(set, 9).features.rows).toBe(4);
  });

  it('are repeated with noise of its own on every copy', () => {
    const set = standardise(readImages(images, labels));
    const exact = noisyCopies(set, { copies: 3, noise: 0, seed: 1 });
    expect([...exact.labels]).toEqual([0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1]);
    expect(exact.features.rows).toBe(12);
    expect(exact.features.data[3]).toBeCloseTo(10 * set.features.scale! + set.features.offset!, 6);
    expect(exact.features.data[8 + 3]).toBe(exact.features.data[3]);
    const noisy = noisyCopies(set, { copies: 400, noise: 0.1, seed: 1 });
    const off = Array.from(noisy.features.data, (x, i) => x - exact.features.data[i % 8]!);
    const mean = off.reduce((sum, x) => sum + x, 0) / off.length;
    const spread = Math.sqrt(off.reduce((sum, x) => sum + x * x, 0) / off.length);
    // 3,200 values: five standard errors are .009 and .006.
    expect(Math.abs(mean)).toBeLessThan(0.009);
    expect(Math.abs(spread - 0.1)).toBeLessThan(0.007);
  });

  it('are standardised to mean 0 and spread 1 by scale and offset, without touching the bytes', () => {
    const { features } = standardise(readImages(images, labels));
    const values = Array.from(features.data, (v) => v * features.scale! + features.offset!);
    expect(values.reduce((a, b) => a + b) / 8).toBeCloseTo(0, 9);
    expect(values.reduce((a, b) => a + b * b, 0) / 8).toBeCloseTo(1, 9);
    expect(features.data).toBeInstanceOf(Uint8Array);
  });

  it('are split without loss and the same way each time', () => {
    const set = readImages(images, labels);
    const { pool, test } = splitTest(set, 0.25);
    const all = [...pool.features.data, ...test.features.data].sort((a, b) => a - b);
    expect(all).toEqual([0, 0, 10, 10, 20, 20, 30, 30]);
    expect(splitTest(set, 0.25)).toEqual({ pool, test });
    expect(() => splitTest(set, 1)).toThrow(/both sides/);
  });

  it('refuse images and labels of different number', () => {
    expect(() => readImages(images, write('few', idxBytes([3], [0, 1, 2])))).toThrow(/N labels/);
  });
});

describe('readTable', () => {
  it('reads numbers and names, quoted or not, and standardises the columns', () => {
    const file = write('t.csv', 'a,b,kind\r\n1,10,"x, y"\r\n3,10,z\r\n');
    const { features, labels, classes } = readTable(file, 'kind');
    expect([...features.data]).toEqual([-1, 0, 1, 0]);
    expect([...labels]).toEqual([0, 1]);
    expect(classes).toBe(2);
    expect(readTable(file, '2').labels).toEqual(labels);
  });

  it('counts columns where there is no line of names, and loses no row', () => {
    const file = write('bare.csv', '1,x\n3,y\n5,x\n');
    const { features, labels } = readTable(file, '1', { hasHeader: false });
    expect(features.rows).toBe(3);
    expect([...labels]).toEqual([0, 1, 0]);
    expect(() => readTable(file, '2', { hasHeader: false })).toThrow(/no column "2"; it has 0, 1/);
    expect(() => readTable(file, '0', { hasHeader: false })).toThrow(/line 1, column 1/);
  });

  it('names line and column of what is no number', () => {
    const file = write('bad.csv', 'a,kind\n1,x\n,y\n');
    expect(() => readTable(file, 'kind')).toThrow(/line 3, column a: expected a number, got ""/);
    expect(() => readTable(file, 'none')).toThrow(/no column "none"; it has a, kind/);
  });
});

describe('readTexts', () => {
  const pool = write('texts', '2 what is a bank ?\n0 who wrote it\n\n2 what is it\n');
  const latin = write(
    'latin.gz',
    gzipSync(Buffer.from('1\tcaf\u00e9 ol\u00e9\n0\twho wrote it', 'latin1')),
  );

  it('hashes words as projects do, with the classes of all files together', () => {
    const [first, second] = readTexts([pool, latin], 64);
    expect(first).toMatchObject({ classes: 3, labels: Int32Array.of(2, 0, 2) });
    expect(second).toMatchObject({ classes: 3, labels: Int32Array.of(1, 0) });
    const expected = new Float32Array(128);
    encodeText('café olé', 64, expected, 0);
    encodeText('who wrote it', 64, expected, 64);
    expect(second?.features).toEqual({ data: expected, rows: 2, shape: [64] });
    expect(first?.features.data.slice(64, 128)).toEqual(expected.slice(64));
  });

  it.each([
    ['a line without a text', 'ham hello\nspam\n', /line 2: expected a label/],
    ['an empty file', '\n', /expected lines of text/],
  ])('refuses %s', (name, content, message) => {
    expect(() => readTexts([write(name, content)], 64)).toThrow(message);
  });
});
