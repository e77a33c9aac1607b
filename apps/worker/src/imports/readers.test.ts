import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { guessDelimiter, readCsv } from './csv.reader.js';
import { readIdx } from './idx.reader.js';
import { readJsonl } from './jsonl.reader.js';
import type { RecordReader, SourceRecord } from './source-row.js';

const stream = (...chunks: (string | Uint8Array)[]) =>
  Readable.from(chunks.map((chunk) => Buffer.from(chunk as string)));

async function all(reader: Promise<RecordReader>): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const record of (await reader).records) records.push(record);
  return records;
}

describe('readCsv', () => {
  it('names cells by the header and lines by their place in the file', async () => {
    const records = await all(readCsv(stream('a,b\n1,x\n2,"y, z"\n'), { header: true }));
    expect(records).toEqual([
      { kind: 'row', line: 2, cells: { a: '1', b: 'x' } },
      { kind: 'row', line: 3, cells: { a: '2', b: 'y, z' } },
    ]);
  });

  it('names the columns column1, column2 without a header', async () => {
    const records = await all(readCsv(stream('1;2\n3;4\n'), { header: false }));
    expect(records).toHaveLength(2);
    expect(records[0]).toMatchObject({ cells: { column1: '1', column2: '2' } });
  });

  it('goes on after rows that do not fit', async () => {
    const text = 'a,b\n1,2\n3\n4,5,6\n"un"closed,7\n8,9\n"x\n5,6\n';
    const records = await all(readCsv(stream(text), { header: true }));
    const rows = records.filter((record) => record.kind === 'row');
    const problems = records.filter((record) => record.kind === 'problem');
    expect(rows.map((row) => row.line)).toEqual([2, 5, 6]);
    expect(rows[1]).toMatchObject({ cells: { a: '"un"closed', b: '7' } });
    expect(problems.map((bad) => bad.reason)).toEqual([
      'Expected 2 cells, got 1.',
      'Expected 2 cells, got 3.',
      'A quote is opened here and never closed; the rows behind it were not read.',
    ]);
    expect(problems[0]).toMatchObject({ line: 3, sample: '3' });
  });

  it('reads rows that are cut anywhere between chunks, packed or not', async () => {
    const text = `id,text\n${Array.from({ length: 300 }, (_, i) => `${i},"word ${i}"`).join('\r\n')}`;
    const packed = gzipSync(text);
    const cuts = [packed.subarray(0, 1), packed.subarray(1, 40), packed.subarray(40)];
    const records = await all(readCsv(stream(...cuts), { header: true }));
    expect(records).toHaveLength(300);
    expect(records[299]).toMatchObject({ cells: { id: '299', text: 'word 299' } });
  });

  it('refuses an empty file and a header that names a column twice', async () => {
    await expect(all(readCsv(stream(''), { header: true }))).rejects.toThrow(/empty/);
    await expect(all(readCsv(stream('a,a\n1,2\n'), { header: true }))).rejects.toThrow(/twice/);
  });

  it('guesses the delimiter from the first line', () => {
    expect(guessDelimiter('a;b;"c,d,e,f"\n1;2;3')).toBe(';');
    expect(guessDelimiter('a\tb\tc')).toBe('\t');
    expect(guessDelimiter('alone')).toBe(',');
  });
});

describe('readJsonl', () => {
  it('spreads lists of numbers and refuses what is no object', async () => {
    const text = '{"id":1,"x":[0.5,2]}\nnonsense\n[1]\n{"id":2,"x":{"y":1}}\n\n{"id":3,"ok":true}';
    const records = await all(readJsonl(stream(text)));
    expect(records[0]).toEqual({ kind: 'row', line: 1, cells: { id: 1, 'x.0': 0.5, 'x.1': 2 } });
    expect(records.slice(1, 4)).toMatchObject([
      { kind: 'problem', line: 2 },
      { kind: 'problem', line: 3 },
      { kind: 'problem', line: 4, field: 'x' },
    ]);
    expect(records[4]).toEqual({ kind: 'row', line: 6, cells: { id: 3, ok: 'true' } });
  });

  it.each([
    [
      'levels without end',
      `"b","x":${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      /at most 64 levels/,
    ],
    ['a name that can be stored nowhere', '"b","y\\u0000":[["x"]]', /names of text without/],
    ['a nested text that can be stored nowhere', '"b","x":["\\ud800"]', /surrogate/],
  ])('refuses a line with %s, and goes on', async (_, line, reason) => {
    const text = `{"text":"a"}\n{"text":${line}}\n{"text":"c"}\n`;
    const [before, refused, after] = await all(readJsonl(stream(text)));
    expect(before).toMatchObject({ kind: 'row', line: 1 });
    expect(refused).toMatchObject({ kind: 'problem', line: 2, sample: null });
    expect(refused).toHaveProperty('reason', expect.stringMatching(reason));
    expect(JSON.stringify(refused)).not.toContain('u0000');
    expect(after).toMatchObject({ kind: 'row', line: 3 });
  });
});

function idx(type: number, sizes: number[], values: number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header[2] = type;
  header[3] = sizes.length;
  sizes.forEach((size, i) => {
    header.writeUInt32BE(size, 4 + 4 * i);
  });
  return Buffer.concat([header, Buffer.from(values)]);
}

describe('readIdx', () => {
  const pictures = idx(8, [2, 1, 2], [1, 2, 3, 4]);

  it('reads pictures with their labels, packed or not', async () => {
    const labels = idx(8, [2], [7, 3]);
    const records = await all(readIdx(stream(gzipSync(pictures)), stream(labels)));
    expect(records).toMatchObject([
      { line: 1, cells: { answer: 7 }, picture: { encoding: 'raw', width: 2, height: 1 } },
      { line: 2, cells: { answer: 3 }, picture: { encoding: 'raw', channels: 1 } },
    ]);
    const second = records[1];
    expect(second?.kind === 'row' && [...(second.picture?.bytes ?? [])]).toEqual([3, 4]);
  });

  it('says what is wrong with a cut file, a foreign file and labels of another set', async () => {
    const cut = pictures.subarray(0, pictures.length - 1);
    await expect(all(readIdx(stream(cut), null))).rejects.toThrow(/ends inside record 2 of 2/);
    await expect(all(readIdx(stream('PK\u0003\u0004....'), null))).rejects.toThrow(/not IDX/);
    const labels = stream(idx(8, [3], [1, 2, 3]));
    await expect(all(readIdx(stream(pictures), labels))).rejects.toThrow(/3 labels for 2 items/);
  });
});
