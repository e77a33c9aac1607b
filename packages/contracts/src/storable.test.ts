import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readFields, sayProblem } from './field-problems.js';
import { MOST_LEVELS, textProblem, unstorable } from './storable.js';

const nested = (levels: number): unknown => {
  let value: unknown = 'end';
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};

describe('text that can be stored nowhere', () => {
  it('holds U+0000 or half of a pair; everything else may come', () => {
    expect(textProblem('a\u0000b')).toMatch(/U\+0000/);
    expect(textProblem('a\ud83d')).toMatch(/surrogate/);
    expect(textProblem('\ude00a')).toMatch(/surrogate/);
    expect(textProblem('😀 é ‮ \u0001')).toBeNull();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textProblem(text) === null).toBe(!text.includes('\u0000'));
      }),
    );
  });

  it('is found wherever it stands, with its path', () => {
    const json = fc.jsonValue({ noUnicodeString: false, maxDepth: 4 });
    fc.assert(
      fc.property(json, (value) => {
        const bad = unstorable({ before: 1, rows: [value, { note: ['x', '\ud800'] }] });
        expect(bad).not.toBeNull();
        expect(['rows.1.note.1', 'rows.0']).toContain(
          bad!.path.join('.').startsWith('rows.0') ? 'rows.0' : bad!.path.join('.'),
        );
      }),
    );
    expect(unstorable({ a: { 'b\u0000': 1 } })).toEqual({
      path: ['a'],
      expected: 'names of text without the character U+0000',
    });
    expect(unstorable('\u0000')?.path).toEqual([]);
    const bare = Object.create(Object.create(null));
    bare.search = '\u0000';
    expect(unstorable(bare)?.path).toEqual(['search']);
    expect(unstorable({ a: [1, null, true, 'text', new Date(0), Buffer.from([0])] })).toBeNull();
  });

  it('ends at a depth, and is not ended by one', () => {
    expect(unstorable(nested(MOST_LEVELS))).toBeNull();
    expect(unstorable(nested(MOST_LEVELS + 1))?.expected).toBe(`at most ${MOST_LEVELS} levels`);
    expect(unstorable(nested(200_000))?.expected).toMatch(/levels/);
  });

  it('is refused with the name of the field, before any schema looks', () => {
    const schema = z.object({ name: z.string() });
    const read = readFields('body', schema, { name: 'a\u0000', other: nested(100_000) });
    expect(read.ok).toBe(false);
    const said = read.ok ? [] : read.problems.map(sayProblem);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^body\.(name: expected text without|other[.\d]*: expected at most)/);
  });
});
