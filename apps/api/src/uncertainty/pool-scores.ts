import { z } from 'zod';

/** Scores of the pool, column by column; as `round.select` stored them. */
export type PoolScores = {
  ordinal: Int32Array;
  predicted: Int32Array;
  votes: Int32Array;
  classes: number;
  total: Float32Array;
  aleatoric: Float32Array;
  epistemic: Float32Array;
  mean: Float32Array;
};

const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 1_000_000;
const Entry = z.object({
  dtype: z.enum(['F32', 'I32']),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const Header = z.record(z.string(), z.unknown());

/**
 * The bytes of a column, copied so that four-byte values begin where they must. Not by `slice`: what
 * reads files hands over a Buffer, whose slices share the memory of the whole file.
 */
function columnBytes(file: Uint8Array, dataStart: number, entry: z.infer<typeof Entry>) {
  const [from, to] = entry.data_offsets;
  if (to < from || dataStart + to > file.length) throw new Error('a column lies outside the file');
  return new Uint8Array(file.subarray(dataStart + from, dataStart + to)).buffer;
}

/**
 * Reads the columns of a score file (safetensors: length of the header, header, raw values).
 * @throws Error naming what is missing
 */
export function readPoolScores(file: Uint8Array): PoolScores {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES || LENGTH_BYTES + headerBytes > file.length) {
    throw new Error('the score file has no readable header');
  }
  const dataStart = LENGTH_BYTES + headerBytes;
  const text = new TextDecoder().decode(file.subarray(LENGTH_BYTES, dataStart));
  const header = Header.parse(JSON.parse(text));
  const entryOf = (name: string) => Entry.parse(header[name], { error: () => `column ${name}` });
  const floats = (name: string) => new Float32Array(columnBytes(file, dataStart, entryOf(name)));
  const integers = (name: string) => new Int32Array(columnBytes(file, dataStart, entryOf(name)));
  return {
    ordinal: integers('ordinal'),
    predicted: integers('predicted'),
    votes: integers('votes'),
    classes: entryOf('votes').shape[1] ?? 0,
    total: floats('total'),
    aleatoric: floats('aleatoric'),
    epistemic: floats('epistemic'),
    mean: floats('mean'),
  };
}
