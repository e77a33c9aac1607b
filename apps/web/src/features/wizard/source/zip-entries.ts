/** One file of a zip, as its list of files at the end says. */
export type ZipEntry = {
  name: string;
  method: number;
  compressedSize: number;
  size: number;
  headerOffset: number;
};

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
const LONGEST_COMMENT = 65_535;
/** Enough for some 100,000 names; of a longer list the beginning is looked at. */
const MOST_LIST_BYTES = 16 * 1024 * 1024;

export class BadZipError extends Error {}

async function viewOf(blob: Blob): Promise<DataView<ArrayBuffer>> {
  return new DataView(await blob.arrayBuffer());
}

/** Where the list of files lies: said at the very end, before a comment of any length. */
async function findList(file: Blob): Promise<{ offset: number; size: number }> {
  const tail = file.slice(Math.max(0, file.size - END_BYTES - LONGEST_COMMENT));
  const view = await viewOf(tail);
  for (let at = view.byteLength - END_BYTES; at >= 0; at -= 1) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    return { size: view.getUint32(at + 12, true), offset: view.getUint32(at + 16, true) };
  }
  throw new BadZipError('There is no list of files at the end.');
}

/** Lists the files of a zip without reading them: the list at its end is enough. */
export async function listZip(file: Blob): Promise<ZipEntry[]> {
  const list = await findList(file);
  const size = Math.min(list.size, MOST_LIST_BYTES);
  const view = await viewOf(file.slice(list.offset, list.offset + size));
  const entries: ZipEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= view.byteLength; ) {
    if (view.getUint32(at, true) !== ENTRY_SIGNATURE) break;
    const nameBytes = view.getUint16(at + 28, true);
    const next =
      at + ENTRY_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (at + ENTRY_BYTES + nameBytes > view.byteLength) break;
    entries.push({
      name: new TextDecoder().decode(new Uint8Array(view.buffer, at + ENTRY_BYTES, nameBytes)),
      method: view.getUint16(at + 10, true),
      compressedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      headerOffset: view.getUint32(at + 42, true),
    });
    at = next;
  }
  if (entries.length === 0 && list.size > 0) throw new BadZipError('The list of files is damaged.');
  return entries;
}

/** Unpacks one file: stored as it is, or deflated. */
export async function readZipEntry(file: Blob, entry: ZipEntry): Promise<Blob> {
  const header = await viewOf(
    file.slice(entry.headerOffset, entry.headerOffset + LOCAL_HEADER_BYTES),
  );
  const start =
    entry.headerOffset +
    LOCAL_HEADER_BYTES +
    header.getUint16(26, true) +
    header.getUint16(28, true);
  const packed = file.slice(start, start + entry.compressedSize);
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw new BadZipError(`Method ${entry.method} is not known.`);
  const stream = packed.stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(stream).blob();
}
