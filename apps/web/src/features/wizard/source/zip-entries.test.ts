import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BadZipError, listZip, readZipEntry } from './zip-entries';

/**
 * Writes a zip as the format says (APPNOTE 6.3.10), without checksums, which a list does not need.
 */
function zipOf(files: Record<string, string>, deflate: boolean, comment = ''): Blob {
  const bodies: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const body = deflate ? deflateRawSync(text) : Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(deflate ? 8 : 0, 8);
    local.writeUInt32LE(body.length, 18);
    local.writeUInt32LE(text.length, 22);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(deflate ? 8 : 0, 10);
    entry.writeUInt32LE(body.length, 20);
    entry.writeUInt32LE(text.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(offset, 42);
    bodies.push(local, Buffer.from(name), body);
    list.push(entry, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + body.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(Buffer.concat(list).length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return new Blob([Buffer.concat([...bodies, ...list, end, Buffer.from(comment)])]);
}

describe('a zip in the browser', () => {
  for (const deflate of [false, true]) {
    it(`lists and unpacks ${deflate ? 'deflated' : 'stored'} files`, async () => {
      const zip = zipOf({ 'cat/1.png': 'one', 'dög/2.png': 'two two two' }, deflate, 'a comment');
      const entries = await listZip(zip);
      expect(entries.map((entry) => entry.name)).toEqual(['cat/1.png', 'dög/2.png']);
      const second = await readZipEntry(zip, entries[1]!);
      expect(await second.text()).toBe('two two two');
    });
  }

  it('says that another file is no zip', async () => {
    await expect(listZip(new Blob(['id,text\n1,hello\n']))).rejects.toBeInstanceOf(BadZipError);
  });

  it('reads an empty zip as a list of nothing', async () => {
    expect(await listZip(zipOf({}, false))).toEqual([]);
  });
});
