import { Readable } from 'node:stream';
import { type Zippable, zipSync } from 'fflate';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { pixelsOf } from '../features/pixels.featuriser.js';
import { keepPicture } from './picture-store.js';
import type { SourceRecord } from './source-row.js';
import { readZip } from './zip.reader.js';

async function recordsOf(files: Zippable | Uint8Array): Promise<SourceRecord[]> {
  const bytes = files instanceof Uint8Array ? files : zipSync(files);
  const reader = await readZip({
    sizeBytes: bytes.length,
    open: async (start, end) => Readable.from([Buffer.from(bytes.subarray(start, end))]),
  });
  const records: SourceRecord[] = [];
  for await (const record of reader.records) records.push(record);
  return records;
}

const UNIX = 3;
const attributes = (mode: number) => mode * 0x10000;

describe('readZip', () => {
  let picture: Uint8Array;
  beforeAll(async () => {
    const create = { width: 4, height: 4, channels: 3, background: '#336699' } as const;
    picture = await sharp({ create }).png().toBuffer();
  });

  it('reads pictures by their path and leaves litter out', async () => {
    const records = await recordsOf({
      'cat/1.png': picture,
      'dog/2.png': picture,
      '__MACOSX/cat/._1.png': picture,
      'cat/.DS_Store': new Uint8Array(3),
    });
    expect(records).toMatchObject([
      { kind: 'row', line: 1, name: 'cat/1.png' },
      { kind: 'row', line: 2, name: 'dog/2.png' },
    ]);
  });

  it('refuses what would leave the folder, links, and goes on with the rest', async () => {
    const records = await recordsOf({
      '../../etc/passwd.png': picture,
      '/absolute.png': picture,
      'C:\\windows.png': picture,
      'link.png': [
        new TextEncoder().encode('/etc/passwd'),
        { os: UNIX, attrs: attributes(0o120777) },
      ],
      'good.png': [picture, { os: UNIX, attrs: attributes(0o100644) }],
    });
    expect(records.map((r) => (r.kind === 'problem' ? r.reason : r.name))).toEqual([
      'The path leads out of the zip.',
      'The path leads out of the zip.',
      'The path leads out of the zip.',
      'Links are not followed.',
      'good.png',
    ]);
  });

  it('refuses a bomb before it is unpacked', async () => {
    const records = await recordsOf({ 'bomb.png': new Uint8Array(40_000_000) });
    expect(records).toMatchObject([{ kind: 'problem', sample: 'bomb.png' }]);
    expect((records[0] as { reason: string }).reason).toMatch(/times its size/);
  });

  it('refuses an entry that unpacks to more than it says', async () => {
    const bytes = zipSync({ 'liar.png': new Uint8Array(50_000) });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const central = Buffer.from(bytes).indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    view.setUint32(central + 24, 100, true);
    expect(await recordsOf(bytes)).toMatchObject([
      { kind: 'problem', reason: 'The file is damaged inside the zip.' },
    ]);
  });

  it('takes SVG and texts for no picture, whatever they are called', async () => {
    const svg = new TextEncoder().encode('<?xml version="1.0"?><svg onload="alert(1)"/>');
    const records = await recordsOf({ 'a.png': svg, 'b.png': new TextEncoder().encode('hello') });
    expect(records).toMatchObject([
      { kind: 'problem', reason: 'SVG can carry scripts and is not taken. Save it as PNG.' },
      { kind: 'problem', reason: expect.stringMatching(/^Not a picture/) },
    ]);
  });

  it('says that a file is no zip', async () => {
    await expect(recordsOf(new TextEncoder().encode('not a zip at all'))).rejects.toThrow(
      /not a zip/,
    );
  });
});

describe('keepPicture', () => {
  it('gives the same pixels the same hash, whatever file they came in', async () => {
    const create = { width: 6, height: 3, channels: 3, background: '#808080' } as const;
    const [png, webp] = await Promise.all([
      sharp({ create }).png().toBuffer(),
      sharp({ create }).webp({ lossless: true }).toBuffer(),
    ]);
    const kept = await Promise.all(
      [png, webp].map((bytes) => keepPicture({ encoding: 'file', bytes })),
    );
    expect(kept[0]?.contentHash).toEqual(kept[1]?.contentHash);
  });

  it('gives raw pixels back unchanged', async () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, i) => i * 4);
    const { png } = await keepPicture({ encoding: 'raw', bytes, width: 8, height: 8, channels: 1 });
    expect(await pixelsOf(png, { width: 8, height: 8, channels: 1 })).toEqual(bytes);
  });

  it('shrinks large pictures and refuses damaged ones', async () => {
    const create = { width: 2000, height: 100, channels: 3, background: '#fff' } as const;
    const large = await sharp({ create }).jpeg().toBuffer();
    const { png } = await keepPicture({ encoding: 'file', bytes: large });
    expect(await sharp(png).metadata()).toMatchObject({ width: 512, height: 26, format: 'png' });
    await expect(
      keepPicture({ encoding: 'file', bytes: large.subarray(0, 300) }),
    ).rejects.toThrow();
  });
});
