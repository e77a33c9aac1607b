import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumericsError } from '../errors.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';

function fileOf(header: unknown, dataBytes: number, text = JSON.stringify(header)): Uint8Array {
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

function reasonOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof NumericsError) return error.details.reason;
    throw error;
  }
  throw new Error('expected a refusal');
}

const entry = (begin: number, end: number, shape: unknown, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('safetensors', () => {
  it('writes the published layout byte for byte', () => {
    const bytes = writeSafetensors({
      test: { dtype: 'I32', shape: [2, 2], data: new Int32Array([1, 2, 3, 4]) },
    });
    const json = '{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}';
    const padded = json.padEnd(Math.ceil(json.length / 8) * 8, ' ');
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true))).toBe(padded.length);
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + padded.length))).toBe(padded);
    expect([...bytes.subarray(8 + padded.length)]).toEqual([
      1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0,
    ]);
  });

  it('gives the same bytes whatever the order of names, each tensor at a multiple of its width', () => {
    const u8 = { dtype: 'U8', shape: [3], data: new Uint8Array([1, 2, 3]) } as const;
    const f64 = { dtype: 'F64', shape: [2], data: new Float64Array([Math.PI, -0]) } as const;
    const f32 = { dtype: 'F32', shape: [], data: new Float32Array([0.5]) } as const;
    const one = writeSafetensors({ a: u8, b: f64, c: f32 }, { x: '1', y: '2' });
    const two = writeSafetensors({ c: f32, b: f64, a: u8 }, { y: '2', x: '1' });
    expect(one).toEqual(two);
    const { tensors, metadata } = readSafetensors(one);
    expect(tensors.b?.data).toEqual(f64.data);
    expect(tensors.c).toEqual({ dtype: 'F32', shape: [], data: f32.data });
    expect({ ...metadata }).toEqual({ x: '1', y: '2' });
  });

  it('returns any float tensors as they were written, also from an unaligned view', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => name !== '__metadata__'),
          fc.float32Array(),
        ),
        (arrays) => {
          const written = Object.fromEntries(
            Object.entries(arrays).map(([name, data]) => [
              name,
              { dtype: 'F32' as const, shape: [data.length], data },
            ]),
          );
          const bytes = writeSafetensors(written);
          const shifted = new Uint8Array(bytes.length + 3);
          shifted.set(bytes, 3);
          const { tensors } = readSafetensors(shifted.subarray(3));
          expect(Object.keys(tensors).sort()).toEqual(Object.keys(arrays).sort());
          for (const name of Object.keys(arrays)) expect(tensors[name]?.data).toEqual(arrays[name]);
        },
      ),
    );
  });

  it.each([
    ['truncated', new Uint8Array(4)],
    ['truncated', fileOf({}, 0).subarray(0, 9)],
    ['header-too-large', new Uint8Array(8).fill(0xff)],
    ['bad-header', fileOf(null, 0, 'not json')],
    ['bad-header', fileOf(null, 0, '[1]')],
    ['bad-header', fileOf(null, 0, ' {}')],
    ['bad-header', fileOf({ a: 3 }, 0)],
    ['unknown-dtype', fileOf({ a: entry(0, 4, [1], 'F31') }, 4)],
    ['unknown-dtype', fileOf({ a: entry(0, 4, [1], 'constructor') }, 4)],
    ['bad-shape', fileOf({ a: entry(0, 4, [-1]) }, 4)],
    ['bad-shape', fileOf({ a: entry(0, 4, [0.25, 4]) }, 4)],
    ['bad-shape', fileOf({ a: entry(0, 4, [2 ** 40, 2 ** 40]) }, 4)],
    ['bad-offsets', fileOf({ a: entry(0, 8, [1]) }, 8)],
    ['bad-offsets', fileOf({ a: entry(4, 0, [1]) }, 4)],
    ['bad-offsets', fileOf({ a: entry(0, 4, [1]), b: entry(0, 4, [1]) }, 4)],
    ['bad-offsets', fileOf({ a: entry(0, 4, [1]), b: entry(8, 12, [1]) }, 12)],
    ['bad-offsets', fileOf({ a: entry(0, 4, [1]) }, 400)],
    ['bad-offsets', fileOf({ a: entry(0, 400, [100]) }, 4)],
    ['bad-metadata', fileOf({ __metadata__: { a: 1 } }, 0)],
  ])('refuses a hostile file: %s', (reason, bytes) => {
    expect(reasonOf(() => readSafetensors(bytes))).toBe(reason);
  });

  it('keeps a tensor named like an object member harmless', () => {
    const header = `{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`;
    const { tensors } = readSafetensors(fileOf(null, 1, header));
    expect(Object.keys(tensors)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
  });

  it('copies tensors out of a Node Buffer that is part of a larger one', () => {
    const data = Float32Array.of(1, 2, 3);
    const written = writeSafetensors({ a: { dtype: 'F32', shape: [3], data } });
    const part = Buffer.concat([Buffer.alloc(5), written]).subarray(5);
    expect(readSafetensors(part).tensors.a?.data).toEqual(data);
  });

  it('refuses to write data that does not fit its shape or dtype', () => {
    const data = new Float32Array(3);
    expect(reasonOf(() => writeSafetensors({ a: { dtype: 'F32', shape: [4], data } }))).toBe(
      'bad-tensor',
    );
    expect(reasonOf(() => writeSafetensors({ a: { dtype: 'I32', shape: [3], data } }))).toBe(
      'bad-tensor',
    );
  });
});
