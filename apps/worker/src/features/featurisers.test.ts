import { createObjectStore } from '@dubio/platform';
import { describe, expect, it } from 'vitest';
import { createEncoder, fitFeaturiser, fittedHolds } from './featuriser.js';
import { compareNames, type ItemContent } from './item-content.js';
import { featuresPerItem, readShard, shardBytes } from './shard-layout.js';

const store = createObjectStore('file:///tmp/dubio-featurisers-are-pure');
type Payload = ItemContent['payload'];

const source = (payloads: readonly Payload[], shown: string[] = []) => ({
  pool: async function* () {
    for (const [ordinal, payload] of payloads.entries()) {
      yield { ordinal, split: 'pool', payload, blobKey: null } as const;
    }
  },
  shownColumns: new Set(shown),
  store,
});

function encodeWith(kind: 'table' | 'vector', fitted: unknown, payload: Payload): number[] {
  const encoder = createEncoder({ kind }, fitted, store);
  const into = new Float32Array(featuresPerItem(encoder.layout.shape));
  encoder.encode({ ordinal: 0, split: 'pool', payload, blobKey: null }, into, 0);
  return [...into];
}

describe('table', () => {
  const rows = [
    { age: 20, town: 'Rome', note: 'a', same: 1 },
    { age: 40, town: 'Oslo', note: 'b', same: 1 },
    { age: null, town: 'Rome', note: 'c', same: 1 },
  ];

  it('standardises numbers, spreads words, says what is missing', async () => {
    const fitted = await fitFeaturiser({ kind: 'table' }, source(rows, ['note']));
    expect(fitted).toMatchObject({ ignored: [{ name: 'same' }] });
    expect(encodeWith('table', fitted, rows[0]!)).toEqual([-1, 0, 0, 1]);
    expect(encodeWith('table', fitted, rows[2]!)).toEqual([0, 1, 0, 1]);
    expect(encodeWith('table', fitted, { age: 30, town: 'Paris' })).toEqual([0, 0, 0, 0]);
  });

  it('keeps its constants until the pool has moved', async () => {
    const featuriser = { kind: 'table' } as const;
    const before = await fitFeaturiser(featuriser, source(rows, ['note']));
    const alike = await fitFeaturiser(featuriser, source([...rows, rows[1]!], ['note']));
    const newTown = await fitFeaturiser(featuriser, source([...rows, { town: 'Bern' }], ['note']));
    const old = Array.from({ length: 9 }, () => ({ age: 95, town: 'Rome', same: 1 }));
    const older = await fitFeaturiser(featuriser, source([...rows, ...old], ['note']));
    expect(fittedHolds(featuriser, before, alike)).toBe(true);
    expect(fittedHolds(featuriser, before, newTown)).toBe(false);
    expect(fittedHolds(featuriser, before, older)).toBe(false);
  });

  it('says why nothing can be learned', async () => {
    const one = source([{ a: 1 }, { a: 1 }]);
    await expect(fitFeaturiser({ kind: 'table' }, one)).rejects.toThrow(/same value everywhere/);
  });
});

describe('vector', () => {
  it('takes values as given, in the order of the names', async () => {
    const payload = { 'x.10': 3, 'x.9': 2, 'x.0': 1 };
    const fitted = await fitFeaturiser({ kind: 'vector' }, source([payload]));
    expect(encodeWith('vector', fitted, payload)).toEqual([1, 2, 3]);
    expect(() => encodeWith('vector', fitted, { 'x.0': 1 })).toThrow(/no number in "x.9"/);
  });

  it('orders numbers inside names by value', () => {
    expect(['b', 'x.10', 'x.9', 'a2', 'a10'].sort(compareNames)).toEqual([
      'a2',
      'a10',
      'b',
      'x.9',
      'x.10',
    ]);
  });
});

describe('text', () => {
  const encoder = createEncoder({ kind: 'text', buckets: 512 }, {}, store);
  const encode = (text: string) => {
    const into = new Float32Array(512);
    encoder.encode({ ordinal: 0, split: 'pool', payload: { text }, blobKey: null }, into, 0);
    return into;
  };
  const cosine = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, x, i) => sum + x * b[i]!, 0) / 100;

  it('gives rows of one length, alike for texts that are alike', () => {
    const cat = encode('The cat sat on the mat.');
    expect(Math.hypot(...cat)).toBeCloseTo(10, 4);
    expect(encode('the CAT sat on the mat')).toEqual(cat);
    expect(cosine(cat, encode('the cat sits on a mat'))).toBeGreaterThan(0.4);
    expect(Math.abs(cosine(cat, encode('quarterly revenue grew')))).toBeLessThan(0.25);
    expect(encode('!!!')).toEqual(new Float32Array(512));
  });
});

describe('readShard', () => {
  it('gives back what was stored and refuses another length', () => {
    const layout = { shape: [3], dtype: 'float32', scale: 1, offset: 0 } as const;
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    const stored = shardBytes(values);
    const shifted = new Uint8Array(stored.length + 1).subarray(1);
    shifted.set(stored);
    expect(readShard(shifted, 2, layout)).toEqual(values);
    expect(() => readShard(stored, 3, layout)).toThrow(/takes 36 bytes, got 24/);
  });
});
