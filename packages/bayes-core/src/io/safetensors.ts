import { NumericsError } from '../errors.js';

/** Element types that this package reads and writes, with their width in bytes. */
const ITEM_BYTES = {
  F64: 8,
  F32: 4,
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

export type SafetensorsDtype = keyof typeof ITEM_BYTES;

export type SafetensorsData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

export type SafetensorsTensor = {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly data: SafetensorsData;
};

export type SafetensorsFile = {
  readonly tensors: Record<string, SafetensorsTensor>;
  readonly metadata: Record<string, string>;
};

/** The reference reader refuses headers above 100 MB; so do we. */
const MAX_HEADER_BYTES = 100_000_000;
const PREFIX_BYTES = 8;
const METADATA_KEY = '__metadata__';

const refuse = (reason: string, message: string, details: Record<string, unknown> = {}) =>
  new NumericsError(
    reason === 'bad-tensor' ? 'invalid_argument' : 'corrupt_artifact',
    `safetensors: ${message}`,
    { reason, ...details },
  );

/**
 * Serialises named tensors in the safetensors format: `u64 header length | JSON header | data`.
 *
 * Tensors lie by falling item width, then by name, so that each starts at a multiple of its own
 * width; the header is padded with spaces to a multiple of 8 bytes. The same tensors and metadata
 * give the same bytes.
 *
 * Shapes: `data.length` = product of `shape` (1 for a scalar). Numbers are little-endian.
 * @throws NumericsError `invalid_argument` when data, dtype and shape do not fit together, or a
 * name is reserved.
 * @see https://github.com/huggingface/safetensors (format, version 0.x). Cost: one copy of the
 * data.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, SafetensorsTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = Object.keys(tensors);
  for (const name of names) assertWritable(name, tensors[name]!);
  names.sort(
    (a, b) =>
      ITEM_BYTES[tensors[b]!.dtype] - ITEM_BYTES[tensors[a]!.dtype] || (a < b ? -1 : a > b ? 1 : 0),
  );
  const entries: [string, unknown][] = [];
  const metadataKeys = Object.keys(metadata).sort();
  if (metadataKeys.length > 0)
    entries.push([METADATA_KEY, Object.fromEntries(metadataKeys.map((k) => [k, metadata[k]]))]);
  let end = 0;
  for (const name of names) {
    const { dtype, shape, data } = tensors[name]!;
    entries.push([name, { dtype, shape: [...shape], data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(PREFIX_BYTES + headerBytes + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(json, PREFIX_BYTES);
  bytes.fill(0x20, PREFIX_BYTES + json.length, PREFIX_BYTES + headerBytes);
  let at = PREFIX_BYTES + headerBytes;
  for (const name of names) {
    const { data } = tensors[name]!;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file and hands out typed copies of its tensors, trusting nothing in the
 * header.
 *
 * Refused by name: truncated files, oversized or non-JSON headers, unknown dtypes, shapes that are
 * not whole numbers or overflow, offsets that are out of bounds, overlap, leave holes or do not fit
 * the shape, and metadata that is not text.
 * @throws NumericsError `corrupt_artifact`, with `details.reason`
 * @see https://github.com/huggingface/safetensors (format, version 0.x). Cost: one copy of the
 * data.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes);
  const metadata = readMetadata(header[METADATA_KEY]);
  const entries = Object.keys(header)
    .filter((name) => name !== METADATA_KEY)
    .map((name) => readEntry(name, header[name]));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== expected)
      throw refuse(
        'bad-offsets',
        `tensor "${name}" begins at ${begin}, expected ${expected}: data may neither overlap nor leave holes.`,
        { name, begin, expected },
      );
    expected = end;
  }
  const dataBytes = bytes.length - dataStart;
  if (expected !== dataBytes)
    throw refuse(
      'bad-offsets',
      `the header describes ${expected} bytes of data, the file has ${dataBytes}.`,
      { expected, got: dataBytes },
    );
  const tensors: Record<string, SafetensorsTensor> = Object.create(null);
  for (const { name, dtype, shape, begin, end } of entries)
    tensors[name] = {
      dtype,
      shape,
      data: typedCopy(dtype, copyOf(bytes, dataStart + begin, dataStart + end)),
    };
  return { tensors, metadata };
}

function assertWritable(name: string, { dtype, shape, data }: SafetensorsTensor): void {
  const itemBytes: number | undefined = ITEM_BYTES[dtype];
  const count = shape.reduce((product, size) => product * size, 1);
  const sized = shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (name === METADATA_KEY)
    throw refuse('bad-tensor', `"${METADATA_KEY}" is reserved, name the tensor otherwise.`);
  if (itemBytes === undefined)
    throw refuse('bad-tensor', `tensor "${name}" has the unknown dtype "${dtype}".`, { name });
  const kind = typedCopy(dtype, new ArrayBuffer(0)).constructor;
  if (!sized || data.length !== count || data.constructor !== kind)
    throw refuse(
      'bad-tensor',
      `tensor "${name}" of dtype ${dtype} and shape [${shape.join(', ')}] needs ${kind.name} of length ${count}, got ${data.constructor.name} of length ${data.length}.`,
      { name, dtype, shape, length: data.length },
    );
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < PREFIX_BYTES)
    throw refuse('truncated', `a file has at least 8 bytes, got ${bytes.length}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES))
    throw refuse('header-too-large', `header of ${length} bytes, at most ${MAX_HEADER_BYTES}.`);
  const dataStart = PREFIX_BYTES + Number(length);
  if (dataStart > bytes.length)
    throw refuse('truncated', `header of ${length} bytes in a file of ${bytes.length}.`);
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(
      bytes.subarray(PREFIX_BYTES, dataStart),
    );
    header = JSON.parse(text);
  } catch (cause) {
    throw new NumericsError(
      'corrupt_artifact',
      'safetensors: the header is not JSON in UTF-8. The file is damaged or of another format.',
      { reason: 'bad-header' },
      { cause },
    );
  }
  if (!text.startsWith('{') || !isRecord(header))
    throw refuse('bad-header', 'the header must be a JSON object that starts with "{".');
  return { header, dataStart };
}

function readMetadata(value: unknown): Record<string, string> {
  const metadata: Record<string, string> = Object.create(null);
  if (value === undefined) return metadata;
  if (!isRecord(value)) throw refuse('bad-metadata', 'metadata must be an object of texts.');
  for (const key of Object.keys(value)) {
    const text = value[key];
    if (typeof text !== 'string')
      throw refuse('bad-metadata', `metadata "${key}" must be a text, got ${typeof text}.`);
    metadata[key] = text;
  }
  return metadata;
}

type Entry = {
  name: string;
  dtype: SafetensorsDtype;
  shape: number[];
  begin: number;
  end: number;
};

function readEntry(name: string, value: unknown): Entry {
  if (!isRecord(value)) throw refuse('bad-header', `tensor "${name}" must be an object.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype))
    throw refuse(
      'unknown-dtype',
      `tensor "${name}" has dtype ${JSON.stringify(dtype)}, expected one of ${Object.keys(ITEM_BYTES).join(', ')}.`,
      { name },
    );
  if (!isSizes(shape))
    throw refuse('bad-shape', `tensor "${name}": shape must be a list of whole numbers.`, { name });
  const size = shape.reduce((product, n) => product * n, ITEM_BYTES[dtype]);
  if (!Number.isSafeInteger(size))
    throw refuse('bad-shape', `tensor "${name}": shape [${shape.join(', ')}] overflows.`, { name });
  if (!isSizes(offsets) || offsets.length !== 2)
    throw refuse('bad-offsets', `tensor "${name}": data_offsets must be [begin, end].`, { name });
  const [begin, end] = offsets as [number, number];
  if (end - begin !== size)
    throw refuse(
      'bad-offsets',
      `tensor "${name}": ${dtype} of shape [${shape.join(', ')}] takes ${size} bytes, data_offsets give ${end - begin}.`,
      { name, expected: size, got: end - begin },
    );
  return { name, dtype, shape, begin, end };
}

/**
 * Bytes read from a file may be a Node Buffer, whose own `slice` shares memory instead of copying
 * it.
 */
const copyOf = (bytes: Uint8Array, start: number, end: number): ArrayBuffer =>
  Uint8Array.prototype.slice.call(bytes, start, end).buffer;

function typedCopy(dtype: SafetensorsDtype, buffer: ArrayBuffer): SafetensorsData {
  switch (dtype) {
    case 'F64':
      return new Float64Array(buffer);
    case 'F32':
      return new Float32Array(buffer);
    case 'I64':
      return new BigInt64Array(buffer);
    case 'U64':
      return new BigUint64Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'U32':
      return new Uint32Array(buffer);
    case 'I16':
      return new Int16Array(buffer);
    case 'U16':
      return new Uint16Array(buffer);
    case 'I8':
      return new Int8Array(buffer);
    case 'U8':
    case 'BOOL':
      return new Uint8Array(buffer);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isDtype = (value: unknown): value is SafetensorsDtype =>
  typeof value === 'string' && Object.hasOwn(ITEM_BYTES, value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
